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
        let rows = try rules.find(
            keys: RoutingTable.keys(
                for: RoutedMail(recipients: others.map(\.recipient) + recipients)))
        func fate(_ recipient: String) -> RuleExplanation.Fate {
            RuleExplanation(recipient, rows: rows).fate
        }
        let keepers = others.filter { other in
            switch fate(other.recipient) {
            case .store: true
            // The ledger keeps a sender from being notified again.
            case .bounce: other.action == "bounce"
            case .forward, .stuck: false
            }
        }
        guard keepers.isEmpty else { return Finding(keepers: keepers.map(\.recipient)) }
        let isDeleted = recipients.allSatisfy {
            if case .forward = fate($0) { true } else { false }
        }
        guard isDeleted else { return Finding() }
        let imported = try mailboxes(of: messageID)
        let loser = others.first { other in
            guard other.action == "forward-to-gmail",
                case .forward(let destination) = fate(other.recipient)
            else { return true }
            return !imported.contains(Mailbox(destination: destination).address)
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
