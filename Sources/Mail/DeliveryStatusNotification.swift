internal import Text

/// The report to the sender of an undeliverable mail (RFC 3464).
///
/// Every text from the mail may be hostile. Its invisible characters are removed, and it is cut and
/// encoded for its place.
package struct DeliveryStatusNotification: Equatable, Sendable {
    package let mail: ReceivedMail
    /// The recipients that the report is about.
    package let targets: [RoutingTarget]
    /// The address that the report comes from.
    package let sender: String
    /// The name of the host that took the mail in.
    package let reportingMTA: String
    package let sentAtEpochSeconds: Int
    /// A Message-ID with its brackets; SES sets its own if there is none.
    package let messageId: String?

    package init(
        mail: ReceivedMail, targets: [RoutingTarget], sender: String, reportingMTA: String,
        sentAtEpochSeconds: Int, messageId: String? = nil
    ) {
        self.mail = mail
        self.targets = targets
        self.sender = sender
        self.reportingMTA = reportingMTA
        self.sentAtEpochSeconds = sentAtEpochSeconds
        self.messageId = messageId
    }

    /// The report as it is sent: ASCII, CRLF, no line longer than 998 bytes. The same report has
    /// the same bytes.
    package var bytes: [UInt8] {
        let seed = mail.mail.messageId
        let report = MIMEPart(
            multipart: "report; report-type=delivery-status", seed: seed,
            parts: [
                MIMEPart(
                    multipart: "alternative", seed: seed,
                    parts: [
                        MIMEPart(text: plainText, subtype: "plain"),
                        MIMEPart(text: html, subtype: "html"),
                    ]),
                MIMEPart(type: "message/delivery-status", body: deliveryStatus),
                MIMEPart(type: "text/rfc822-headers", body: originalHeaders),
            ])
        return Array((headers.joined() + report.text).utf8)
    }

    private var headers: [String] {
        var fields = [
            HeaderField.structured("From", sender),
            HeaderField.structured("To", recipient),
            HeaderField.text("Subject", label: "Mail Delivery Failed:", mail.shownSubject),
            HeaderField.structured("Date", UTCTime(epochSeconds: sentAtEpochSeconds).rfc5322),
        ]
        if let own = messageId.flatMap({ MessageIdentifier($0) }) {
            fields.append(HeaderField.structured("Message-ID", own.text))
        }
        if let original = MessageIdentifier(of: mail) {
            fields.append(HeaderField.structured("In-Reply-To", original.text))
            fields.append(HeaderField.structured("References", original.text))
        }
        return fields + [
            // RFC 3834 §5; the other is what Outlook and Exchange look at.
            HeaderField.structured("Auto-Submitted", "auto-replied"),
            HeaderField.structured("X-Auto-Response-Suppress", "All"),
            HeaderField.structured("MIME-Version", "1.0"),
        ]
    }

    /// The envelope's sender. `BouncePolicy` suppresses the report if it is not an address; a
    /// report on such a mail would still be well-formed.
    private var recipient: String { mail.senderMailbox ?? "undisclosed-recipients:;" }
}
