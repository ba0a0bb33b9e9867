/// What did SES find when it checked a mail?
///
/// In a notification `{"status": "PASS"}`, whatever the case
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

extension Verdict: Decodable {
    private enum CodingKeys: CodingKey {
        case status
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try container.decodeIfPresent(String.self, forKey: .status) ?? "")
    }
}
