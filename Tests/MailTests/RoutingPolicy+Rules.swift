import Mail

extension RoutingPolicy {
    /// The decision for a mail by plain rules, where nothing else is known of it.
    static func decide(
        recipients: [String], rules: [RoutingRule], junk: RoutingReason? = nil,
        hasVirus: Bool = false
    ) throws(RoutingFailure) -> Outcome {
        try decide(
            RoutedMail(recipients: recipients, hasVirus: hasVirus, junkReason: junk),
            by: RoutingTable(rules.map { ($0.pk, $0.attributes) }), junkDelivery: .store)
    }
}
