internal import Text

/// The notice that a mailbox gets in place of a mail that Gmail refuses for good.
package struct RefusalNotice: Equatable, Sendable {
    /// Nil if SES's notification cannot be read.
    private let mail: ReceivedMail?
    private let originalMessageId: String
    private let recipient: String
    private let byteCount: Int64
    private let refusal: String
    private let sentAtEpochSeconds: Int

    /// - Parameters:
    ///   - originalMessageId: the id that SES gave to the mail.
    ///   - recipient: the address that the mail was sent to.
    ///   - byteCount: the size of the stored mail.
    ///   - refusal: Gmail's own sentence.
    package init(
        of mail: ReceivedMail?, id originalMessageId: String, to recipient: String,
        byteCount: Int64, refusal: String, sentAtEpochSeconds: Int
    ) {
        self.mail = mail
        self.originalMessageId = originalMessageId
        self.recipient = recipient
        self.byteCount = byteCount
        self.refusal = refusal
        self.sentAtEpochSeconds = sentAtEpochSeconds
    }

    /// The notice as it is imported: ASCII, CRLF, no line longer than 998 bytes.
    package var bytes: [UInt8] {
        let fields = [
            HeaderField.structured("Return-Path", "<>"),
            HeaderField.structured("From", "mailer-daemon@\(domain)"),
            HeaderField.structured(
                "To", EmailAddress.mailbox(recipient) ?? "undisclosed-recipients:;"),
            HeaderField.text("Subject", label: "Refused by Gmail:", mail?.shownSubject ?? ""),
            HeaderField.structured("Date", UTCTime(epochSeconds: sentAtEpochSeconds).rfc5322),
            // The same at each try: Gmail keeps one of several. `.invalid` names no host
            // (RFC 2606 §2).
            HeaderField.structured(
                "Message-ID", "<\(originalMessageId).refused@ses-mail.invalid>"),
            // RFC 3834 §5; the other is what Outlook and Exchange look at.
            HeaderField.structured("Auto-Submitted", "auto-generated"),
            HeaderField.structured("X-Auto-Response-Suppress", "All"),
            HeaderField.structured("MIME-Version", "1.0"),
        ]
        return Array((fields.joined() + MIMEPart(text: text, subtype: "plain").text).utf8)
    }

    /// The recipient's, which is ours; one that no header can hold is replaced.
    private var domain: String {
        guard let domain = EmailAddress(recipient)?.domain,
            EmailAddress(strict: "mailer-daemon@\(domain)") != nil
        else { return "ses-mail.invalid" }
        return domain
    }

    /// The text. Its lines end in LF, except for the last one.
    private var text: String {
        """
        Gmail refuses a message that was sent to you. This notice is in its place.

        Envelope sender: \(known(mail?.shownSender))
        From:            \(known(mail?.shownFrom))
        To:              \(recipient.excerpt(320))
        Received:        \(known(mail?.arrivalDate))
        Subject:         \(known(mail?.shownSubject))
        Size:            \(byteCount) bytes

        Gmail's answer:
            \(refusal.excerpt(400))

        The message itself is kept. To get it, run:
            ses-mail mail save \(originalMessageId.excerpt(320))

        This notice was written by a machine. Please do not answer it.
        """
    }

    private func known(_ text: String?) -> String {
        text.flatMap { $0.isEmpty ? nil : $0 } ?? "not known"
    }
}
