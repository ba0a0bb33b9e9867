internal import Text

/// The digest as a message to the operator's mailbox.
///
/// Every text from a mail may be hostile: its invisible characters are removed, it is cut, and it
/// never stands in the line of a command.
package struct DigestMessage: Equatable, Sendable {
    /// The header of a listed mail.
    package enum Header: Equatable, Sendable {
        case read(MailHeaders)
        /// The mail is not stored any more.
        case gone
        case unread
    }

    let findings: DigestFindings
    let edition: DigestEdition
    /// The headers of the listed mails, by the mail's id.
    let headers: [String: Header]
    private let sentAtEpochSeconds: Int

    package init(
        _ findings: DigestFindings, of edition: DigestEdition, headers: [String: Header],
        sentAtEpochSeconds: Int
    ) {
        self.findings = findings
        self.edition = edition
        self.headers = headers
        self.sentAtEpochSeconds = sentAtEpochSeconds
    }

    /// The message as it is imported: ASCII, CRLF, no line longer than 998 bytes.
    package var bytes: [UInt8] {
        let to = EmailAddress.mailbox(edition.mailbox.address) ?? "undisclosed-recipients:;"
        let fields = [
            HeaderField.structured("Return-Path", "<>"),
            // `.invalid` names no host (RFC 2606 §2): an answer goes nowhere.
            HeaderField.structured("From", "ses-mail <digest@ses-mail.invalid>"),
            HeaderField.structured("To", to),
            HeaderField.text(
                "Subject", label: "ses-mail \(edition.environment):",
                findings.counts.isEmpty
                    ? "a long routing log" : findings.counts.joined(separator: ", ")),
            HeaderField.structured("Date", UTCTime(epochSeconds: sentAtEpochSeconds).rfc5322),
            HeaderField.structured("Message-ID", edition.messageID),
            // RFC 3834 §5; the other is what Outlook and Exchange look at.
            HeaderField.structured("Auto-Submitted", "auto-generated"),
            HeaderField.structured("X-Auto-Response-Suppress", "All"),
            HeaderField.structured("MIME-Version", "1.0"),
        ]
        return Array((fields.joined() + MIMEPart(text: text, subtype: "plain").text).utf8)
    }
}

extension DigestFindings {
    /// `2 alarms`, `1 held`, …: what there is, the most urgent first. Empty if there is nothing.
    package var counts: [String] {
        let deadLetterCount = deadLetters.reduce(0) { $0 + $1.count }
        let counts = [
            (alarms.count, alarms.count == 1 ? "alarm" : "alarms"),
            (deadLetterCount, deadLetterCount == 1 ? "dead letter" : "dead letters"),
        ]
        let mails = UndeliveredMail.Kind.allCases.map { (self.mails($0).count, $0.title) }
        func texts(_ counts: [(Int, String)]) -> [String] {
            counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        }
        return texts(counts) + (isCanaryMissing ? ["no canary"] : []) + texts(mails)
    }
}

extension UndeliveredMail.Kind {
    /// The word for a mail of that kind.
    fileprivate var title: String {
        switch self {
        case .refused: "refused"
        case .ended: "ended"
        case .held: "held"
        }
    }
}
