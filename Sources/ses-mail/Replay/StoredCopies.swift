internal import AWS
internal import Mail
internal import Text

/// The recipients who need the stored copy of a mail that is replayed for others.
///
/// The forwarder deletes the object once it has imported the mail for everyone in a decision,
/// unless the decision stores or bounces it for somebody. So recipients for whom the mail is stored
/// or was bounced are routed along: their rule decides the same once more, and the object stays.
struct StoredCopies {
    struct Finding: Equatable {
        /// The recipients who are routed along.
        var keepers: [String] = []
        /// A recipient whose only copy would be deleted.
        var loser: String?
    }

    private let rules: RuleTable
    private let database: DynamoDB

    init(_ deployment: Deployment) {
        rules = RuleTable(deployment)
        database = deployment.database
    }

    /// - Parameters:
    ///   - decisions: all on this mail, oldest first.
    ///   - recipients: those for whom it is replayed.
    func find(
        _ messageID: String, _ decisions: [RoutingLogLine], besides recipients: [String]
    ) throws(AWSError) -> Finding {
        let others = StoredCopies.lastActions(decisions, besides: recipients)
        guard !others.isEmpty else { return Finding() }
        let mail = RoutedMail(recipients: others.map(\.recipient) + recipients)
        let rows = StoredRules(try rules.find(keys: RoutingTable.keys(for: mail)))
        func fate(_ recipient: String) -> RuleExplanation {
            RuleExplanation(of: RoutedMail(recipients: [recipient]), by: rows)
        }
        let keepers = others.filter { other in
            let fate = fate(other.recipient)
            // The ledger keeps a sender from being notified again.
            return fate.isStored || fate.isBounced && other.action == "bounce"
        }
        guard keepers.isEmpty else { return Finding(keepers: keepers.map(\.recipient)) }
        let isDeleted = recipients.allSatisfy { fate($0).action == "forward-to-gmail" }
        guard isDeleted else { return Finding() }
        let imported = try mailboxes(of: messageID)
        let loser = others.first { other in
            let destinations = fate(other.recipient).destinations
            guard other.action == "forward-to-gmail", !destinations.isEmpty else { return true }
            return !destinations.allSatisfy {
                imported.contains(Mailbox(destination: $0).address)
            }
        }
        return Finding(loser: loser?.recipient)
    }

    private static func lastActions(
        _ decisions: [RoutingLogLine], besides recipients: [String]
    ) -> [RoutingLogLine.Target] {
        let targets = decisions.flatMap { $0.targets ?? [] }
        let actions = Dictionary(
            targets.map { ($0.recipient, $0.action) }, uniquingKeysWith: { _, last in last })
        let named = Set(recipients.map(\.asciiLowercased))
        return targets.map(\.recipient).uniqued.compactMap { recipient in
            guard !named.contains(recipient.asciiLowercased) else { return nil }
            return actions[recipient].map { .init(action: $0, recipient: recipient) }
        }
    }

    /// The mailboxes that have the mail.
    private func mailboxes(of messageID: String) throws(AWSError) -> Set<String> {
        let prefix = "GMAIL#"
        let rows = try database.rows(partition: "MAIL#\(messageID)", sortKeyPrefix: prefix)
        let done = rows.filter { $0["state"]?.string == "done" }
        return Set(done.compactMap { $0["SK"]?.string.map { String($0.dropFirst(prefix.count)) } })
    }
}
