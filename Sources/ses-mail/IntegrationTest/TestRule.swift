/// The rule of a scenario, and what stood there before.
struct TestRule {
    private let table: RuleTable
    private let pattern: RulePattern
    private let content: RuleContent
    private let found: RuleRow?

    init(_ scenario: Scenario, _ settings: TestSettings, _ table: RuleTable) throws {
        self.table = table
        guard let pattern = RulePattern("\(scenario.localPart)@\(settings.testDomain)") else {
            throw Failure(.usage, "\(settings.testDomain) is no domain for --test-domain.")
        }
        self.pattern = pattern
        content = scenario.content(settings)
        found = try table.find(pattern)
    }

    /// One of ours is what an earlier test left.
    private var before: RuleRow? {
        found?.content.description == content.description ? nil : found
    }

    func make() throws {
        if let change = RuleChange(pattern, from: found, to: content) {
            try table.write(change, now: Clock.now())
        }
    }

    /// Somebody else has made something of the row, and it stays so.
    struct ChangedMeanwhile: Error {}

    /// The row is as it was before, also where nobody knows whether it was made.
    /// - Throws: where it is not; `ChangedMeanwhile` where that is somebody else's will.
    func takeBack() throws {
        let now = try table.find(pattern)
        if now?.content == before?.content { return }
        guard let now, [content, found?.content].contains(now.content) else {
            throw ChangedMeanwhile()
        }
        guard let before else { return try table.write(.remove(now), now: Clock.now()) }
        if let change = RuleChange(pattern, from: now, to: before.content) {
            try table.write(change, now: Clock.now())
        }
    }

    /// What an operator may want to look at.
    func changed(in environment: EnvironmentName) -> String {
        "Somebody else has changed the rule for \(pattern) meanwhile, and it stays as it is now; "
            + "look at it with: ses-mail rules show \(pattern.text.shellWord) --env \(environment)"
    }

    /// What an operator has to do where it could not be taken back.
    func leftOver(because reason: String, in environment: EnvironmentName) -> String {
        let cure =
            before.map {
                "put back the one that stood there with: ses-mail "
                    + $0.content.words(for: pattern)
            }
            ?? "delete it with: ses-mail rules remove \(pattern.text.shellWord)"
        return
            "\(reason) So the test's rule for \(pattern) was not taken back, and may decide who "
            + "gets its mail; \(cure) --env \(environment)"
    }
}
