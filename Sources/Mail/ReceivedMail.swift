package import JSON
internal import Text

/// SES's notification of a mail that it received, as far as its fields are read here.
///
/// ses/latest/dg/receiving-email-notifications-contents.html. Anything but `mail.messageId` may be
/// missing. The `ses` object of a Lambda action's event has the same shape without a type.
package struct ReceivedMail: Equatable, Sendable {
    package let notificationType: String?
    package internal(set) var mail: Mail
    package let receipt: Receipt

    init(notificationType: String? = "Received", mail: Mail, receipt: Receipt = Receipt()) {
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

    /// The verdict for which every recipient's copy is kept; nil where there is none.
    package var quarantineReason: RoutingReason? {
        receipt.virusVerdict == .fail ? .virus : JunkDelivery.store.junkReason(of: receipt)
    }

    /// The token by which a mail of the integration test shows itself; `nil` for any other mail.
    package var integrationTestToken: String? {
        guard let token = mail.headers?["X-Integration-Test-Token"], !token.isEmpty else {
            return nil
        }
        return token
    }
}

extension ReceivedMail {
    /// Reads a notification, or the `ses` object of a Lambda action's event.
    /// - Throws: `FormatError` where a received mail has no messageId, or an address list is none;
    ///   other notifications need not have either.
    package init(_ json: JSONValue) throws(FormatError) {
        // Event publishing says `eventType`: news of a mail that went out must not be routed.
        let type = json["notificationType"]?.string ?? json["eventType"]?.string
        guard type?.hasSameBytes(as: "Received") ?? true else {
            // What is said about other mails is not read, so an odd shape is no error.
            self.init(notificationType: type, mail: Mail(messageId: ""))
            return
        }
        guard let mail = json["mail"] else { throw FormatError("there is no mail") }
        self.init(
            notificationType: type, mail: try Mail(mail),
            receipt: try json["receipt"].map { receipt throws(FormatError) in try Receipt(receipt) }
                ?? Receipt())
    }
}
