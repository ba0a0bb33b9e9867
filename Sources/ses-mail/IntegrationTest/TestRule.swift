/// The rule of a scenario. It is for the one address that this run sends to, so that no other rule
/// and no other run is touched.
struct TestRule {
    private let table: RuleTable
    private let pattern: RulePattern
    private let content: RuleContent

    init(_ scenario: Scenario, for recipient: String, _ settings: TestSettings, _ table: RuleTable)
        throws
    {
        self.table = table
        guard let pattern = RulePattern(recipient) else {
            throw Failure(.usage, "\(settings.testDomain) is not a domain for --test-domain.")
        }
        self.pattern = pattern
        content = scenario.content(settings)
    }

    func make() throws {
        if let change = RuleChange(pattern, from: nil, to: content) {
            try table.write(change, now: Clock.now())
        }
    }

    /// Somebody else has changed the row, and it stays so.
    struct ChangedMeanwhile: Error {}

    /// Deletes the rule, also where nobody knows whether it was made.
    func takeBack() throws {
        guard let now = try table.find(pattern) else { return }
        guard now.content == content else { throw ChangedMeanwhile() }
        try table.write(.remove(now), now: Clock.now())
    }

    /// The sentence for a rule that somebody else has changed.
    func changed(in deployment: Deployment) -> String {
        "Somebody else has changed the rule for \(pattern) meanwhile, and it stays as it is. Look "
            + "at it with: " + deployment.command("rules show \(pattern.text.shellWord)")
    }

    /// The sentence for a rule that could not be deleted.
    func leftOver(because reason: String, in deployment: Deployment) -> String {
        "\(reason) So the test's rule for \(pattern) was not deleted. Delete it with: "
            + deployment.command("rules remove \(pattern.text.shellWord)")
    }
}
