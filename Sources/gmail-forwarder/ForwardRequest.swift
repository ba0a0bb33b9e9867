internal import Delivery
internal import JSON
internal import Lambda
internal import Mail

/// The stored mail that one record asks for, and the mailboxes that it goes into.
struct ForwardRequest {
    let decision: RoutingDecision
    /// SES's notification; nil where it cannot be read.
    let notification: ReceivedMail?
    let storedMail: StoredMail
    /// One entry a mailbox, however many recipients lead to it.
    let imports: [Import]

    struct Import: Equatable {
        let mailbox: Mailbox
        /// All targets that lead there in one.
        let target: ForwardTarget
    }

    /// - Throws: `BadEvent` where the record is no routing decision or has nothing to forward: a
    ///   success would delete it.
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
        // `try?`: the stored mail's place has a second source, which is as good.
        notification = try? ReceivedMail(JSONValue(parsing: decision.body))
        storedMail = StoredMail(notification, id: decision.originalMessageId, bucket: bucket)
    }

    /// Whether the stored mail is of no more use once every import is done: a stored or a bounced
    /// recipient has no other copy, and one in Spam may never be looked for there.
    var isOnlyForwarded: Bool {
        decision.actions.store.isEmpty && decision.actions.bounce.isEmpty
            && !decision.actions.forwardToGmail.contains(where: \.isJunk)
    }

    /// Whether the mail is our own test message, which is counted by its arrival only.
    var isCanary: Bool { imports.allSatisfy(\.target.isCanary) }

    func key(_ item: Import) -> LedgerKey {
        let id = decision.originalMessageId
        return item.target.isJunk
            ? .junk(originalMessageId: id, mailbox: item.mailbox)
            : .gmail(originalMessageId: id, mailbox: item.mailbox)
    }
}
