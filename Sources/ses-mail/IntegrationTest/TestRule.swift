/// The rule of a scenario, and what stood there before.
struct TestRule {
    private let table: RuleTable
    private let pattern: RulePattern
    private let content: RuleContent
    private let before: RuleRow?

    init(_ scenario: Scenario, _ settings: TestSettings, _ table: RuleTable) throws {
        self.table = table
        guard let pattern = RulePattern("\(scenario.localPart)@\(settings.testDomain)") else {
            throw Failure(.usage, "\(settings.testDomain) is no domain for --test-domain.")
        }
        self.pattern = pattern
        content = scenario.content(settings)
        let found = try table.find(pattern)
        // One of ours is what an earlier test left.
        before = found?.content.description == content.description ? nil : found
        if let change = RuleChange(pattern, from: found, to: content) {
            try table.write(change, now: Clock.now())
        }
    }

    /// The row is as it was before, unless somebody has changed it meanwhile.
    func takeBack() throws {
        guard let now = try table.find(pattern), now.content == content else { return }
        guard let before else { return try table.write(.remove(now), now: Clock.now()) }
        if let change = RuleChange(pattern, from: now, to: before.content) {
            try table.write(change, now: Clock.now())
        }
    }
}
