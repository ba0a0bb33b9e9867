internal import JSON
internal import Text

/// The result of one of SES's checks of a mail.
///
/// A notification has it as `{"status": "PASS"}`, in any case
/// (ses/latest/dg/receiving-email-notifications-contents.html).
package enum Verdict: Equatable, Sendable {
    case pass
    case fail
    case gray
    case processingFailed
    case disabled
    case unknown(String)

    package init(_ status: String) {
        self =
            switch status.asciiLowercased {
            case "pass": .pass
            case "fail": .fail
            case "gray": .gray
            case "processing_failed": .processingFailed
            case "disabled": .disabled
            default: .unknown(status)
            }
    }
}

extension Verdict {
    /// Reads one of the receipt's `{"status": …}`; without a status it is unknown.
    init(_ json: JSONValue) {
        self.init(json["status"]?.string ?? "")
    }
}
