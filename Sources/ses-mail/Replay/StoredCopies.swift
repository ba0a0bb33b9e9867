internal import AWS
internal import Mail

/// Who has nothing of a mail but its stored copy, and keeps it?
///
/// The forwarder deletes the object when it has imported the mail for everyone in a decision and
/// nobody in it is stored. So what is replayed for some is routed for those whom it is stored for,
/// too: their rule stores it once more, and it stays.
struct StoredCopies {
    private let rules: RuleTable

    init(_ deployment: Deployment) {
        rules = RuleTable(deployment)
    }

    /// For whom the mail was stored at last, but for the `recipients` that are named anyway.
    static func owners(by decisions: [RoutingLogLine], besides recipients: [String]) -> [String] {
        let targets = decisions.flatMap { $0.targets ?? [] }
        let actions = Dictionary(
            targets.map { ($0.recipient, $0.action) }, uniquingKeysWith: { _, last in last })
        let named = Set(recipients.map(\.asciiLowercased))
        return targets.map(\.recipient).uniqued.filter {
            actions[$0] == "store" && !named.contains($0.asciiLowercased)
        }
    }

    /// Those of them whom the rules as they are now store it for.
    func keepers(among owners: [String]) throws(AWSError) -> [String] {
        guard !owners.isEmpty else { return [] }
        let rows = try rules.find(keys: RoutingKey.distinctKeys(of: owners))
        return owners.filter { RuleExplanation($0, rows: rows).fate == .store }
    }
}
