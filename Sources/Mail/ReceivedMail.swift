/// What does SES tell about a mail that it received? Only the fields that we read.
///
/// ses/latest/dg/receiving-email-notifications-contents.html. Anything but `mail.messageId` may be
/// missing. The `ses` object of a Lambda action's event has the same shape without a type.
package struct ReceivedMail: Equatable, Sendable {
    package let notificationType: String?
    package let mail: Mail
    package let receipt: Receipt

    package init(notificationType: String? = "Received", mail: Mail, receipt: Receipt = Receipt()) {
        self.notificationType = notificationType
        self.mail = mail
        self.receipt = receipt
    }

    /// Whether this is about a mail that came in, and not about one that went out.
    package var isReceived: Bool {
        notificationType?.hasSameBytes(as: "Received") ?? true
    }

    /// Whether this is SES's trial of a new receipt rule, which is no mail.
    package var isSetupNotification: Bool {
        mail.messageId.hasSameBytes(as: "AMAZON_SES_SETUP_NOTIFICATION")
    }

    /// The addresses that the mail is for: those of the envelope that matched the receipt rule.
    ///
    /// They include the BCC'd; `mail.destination`, which stands in only where there is no such
    /// list, can hold strangers.
    package var recipients: [String] {
        receipt.recipients ?? mail.destination ?? []
    }

    /// Why every recipient's copy is to be kept and neither forwarded nor bounced; `nil` if none.
    package var quarantineReason: RoutingReason? {
        if receipt.virusVerdict == .fail { return .virus }
        if receipt.spamVerdict == .fail { return .spam }
        let isRejected = receipt.dmarcPolicy?.isEqual(ignoringASCIICase: "reject") ?? false
        return receipt.dmarcVerdict == .fail && isRejected ? .dmarcReject : nil
    }

    /// The token by which a mail of the integration test shows itself; `nil` for any other mail.
    package var integrationTestToken: String? {
        guard let token = mail.headers?["X-Integration-Test-Token"], !token.isEmpty else {
            return nil
        }
        return token
    }
}

extension ReceivedMail: Decodable {
    private enum CodingKeys: CodingKey {
        case notificationType, eventType, mail, receipt
    }

    /// Throws where a received mail has no messageId; other notifications need not have one.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Event publishing says `eventType`: news of a mail that went out must not be routed.
        let type =
            try container.decodeIfPresent(String.self, forKey: .notificationType)
            ?? container.decodeIfPresent(String.self, forKey: .eventType)
        if type?.hasSameBytes(as: "Received") ?? true {
            self.init(
                notificationType: type,
                mail: try container.decode(Mail.self, forKey: .mail),
                receipt: try container.decodeIfPresent(Receipt.self, forKey: .receipt) ?? Receipt())
            if mail.messageId.isEmpty {
                throw DecodingError.dataCorruptedError(
                    forKey: .mail, in: container, debugDescription: "mail.messageId is empty.")
            }
        } else {
            // What is said about other mails is not read, so an odd shape is no error.
            let mail = try? container.decode(Mail.self, forKey: .mail)
            self.init(notificationType: type, mail: mail ?? Mail(messageId: ""))
        }
    }
}
