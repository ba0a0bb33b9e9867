internal import Delivery
internal import JSON
internal import Lambda
internal import Mail

/// The stored mail that one record asks for, and the mailboxes that it goes into.
struct ForwardRequest {
    let decision: RoutingDecision
    /// SES's notification; nil if it cannot be read.
    let notification: ReceivedMail?
    let storedMail: StoredMail
    /// One import for each mailbox, even if several recipients lead to it.
    let imports: [Import]

    struct Import: Equatable {
        let mailbox: Mailbox
        /// The targets that lead there, merged into one.
        let target: ForwardTarget
    }

    /// - Throws: `BadEvent` if the record is not a routing decision or has nothing to forward. To
    ///   return would delete the record.
    init(_ record: SQSRecord, bucket: String) throws(BadEvent) {
        decision = try RoutingDecision(record)
        var imports: [Import] = []
        for target in decision.actions.forwardToGmail {
            let mailbox = Mailbox(destination: target.destination)
            if let index = imports.firstIndex(where: { $0.mailbox == mailbox }) {
                let merged = imports[index].target.merged(with: target)
                imports[index] = Import(mailbox: mailbox, target: merged)
            } else {
                imports.append(Import(mailbox: mailbox, target: target))
            }
        }
        guard !imports.isEmpty else { throw BadEvent("there is no target to forward to") }
        self.imports = imports
        // `try?`: the stored mail is found by the message's id as well.
        notification = try? ReceivedMail(JSONValue(parsing: decision.body))
        storedMail = StoredMail(notification, id: decision.originalMessageId, bucket: bucket)
    }

    /// Whether the stored mail can be deleted once every import is done. It stays if a recipient's
    /// mail was stored or bounced, or was imported into Spam, where nobody may look for it.
    var isOnlyForwarded: Bool {
        decision.actions.store.isEmpty && decision.actions.bounce.isEmpty
            && !decision.actions.forwardToGmail.contains(where: \.isJunk)
    }

    /// Whether the mail is the deployment's own test message, of which only the arrival is counted.
    var isCanary: Bool { imports.allSatisfy(\.target.isCanary) }

    func key(_ item: Import) -> LedgerKey {
        let id = decision.originalMessageId
        return item.target.isJunk
            ? .junk(originalMessageId: id, mailbox: item.mailbox)
            : .gmail(originalMessageId: id, mailbox: item.mailbox)
    }
}
