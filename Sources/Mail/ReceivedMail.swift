package import JSON
internal import Text

/// SES's notification of a mail that it received, with the fields that are read here.
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

    /// Whether this is SES's test of a new receipt rule, which is not about a mail.
    package var isSetupNotification: Bool {
        mail.messageId.hasSameBytes(as: "AMAZON_SES_SETUP_NOTIFICATION")
    }

    /// The addresses that the mail is for: those of the envelope that matched the receipt rule.
    ///
    /// They include BCC recipients. Without that list `mail.destination` takes its place, which can
    /// also have addresses elsewhere.
    package var recipients: [String] {
        receipt.recipients ?? mail.destination ?? []
    }

    /// The verdict for which every recipient's copy is kept; nil if there is none.
    package var quarantineReason: RoutingReason? {
        receipt.virusVerdict == .fail ? .virus : JunkDelivery.store.junkReason(of: receipt)
    }

    /// The token that identifies a mail of the integration test; `nil` for any other mail.
    package var integrationTestToken: String? {
        guard let token = mail.headers?["X-Integration-Test-Token"], !token.isEmpty else {
            return nil
        }
        return token
    }
}

extension ReceivedMail {
    /// Reads a notification, or the `ses` object of a Lambda action's event.
    /// - Throws: `FormatError` if a received mail has no messageId, or an address list is not a
    ///   list of texts. Other notifications may lack both.
    package init(_ json: JSONValue) throws(FormatError) {
        // Event publishing has `eventType`: an event about an outgoing mail must not be routed.
        let type = json["notificationType"]?.string ?? json["eventType"]?.string
        guard type?.hasSameBytes(as: "Received") ?? true else {
            // Notifications about other events are not read, so any form of them is accepted.
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
