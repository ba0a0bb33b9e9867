internal import AWS
internal import JSON

/// The rule of a scenario. It is for an address that only this run sends to, so that no other rule
/// and no other run is affected.
struct TestRule {
    private let table: RuleTable
    private let pattern: RulePattern
    private let entry: RuleEntry

    init(_ scenario: Scenario, for recipient: String, _ settings: TestSettings, _ table: RuleTable)
        throws
    {
        self.table = table
        guard let pattern = RulePattern(recipient) else {
            throw Failure(.usage, "\(settings.testDomain) is not a domain for --test-domain.")
        }
        self.pattern = pattern
        entry = .rule(pattern, scenario.rule(for: pattern, settings))
    }

    func make() throws {
        try table.write(.add(entry), now: Clock.now())
    }

    /// Somebody else has changed the row, which therefore stays.
    struct ChangedMeanwhile: Error {}

    /// Deletes the rule, also where it is not known whether it was made.
    func takeBack() throws {
        guard let now = try table.find(pattern) else { return }
        guard now.entry == entry else { throw ChangedMeanwhile() }
        try table.write(.remove(now.stored), now: Clock.now())
    }

    /// The sentence for a rule that somebody else has changed.
    func changed(in deployment: Deployment) -> String {
        "Somebody else has changed the rule for \(pattern) meanwhile, so it stays as it is. Look "
            + "at it with: " + deployment.command("rules show \(pattern.text.shellWord)")
    }

    /// The sentence for a rule that could not be deleted.
    func leftOver(because reason: String, in deployment: Deployment) -> String {
        "\(reason) So the test's rule for \(pattern) was not deleted. Delete it with: "
            + deployment.command("rules remove \(pattern.text.shellWord)")
    }
}

/// The end of a mail's test, which deletes what the test made. What cannot be deleted is a failure,
/// and is named.
extension TestRun {
    func takeBack(_ rule: TestRule, _ result: inout ScenarioResult) {
        do {
            try rule.takeBack()
        } catch is TestRule.ChangedMeanwhile {
            result.leftOver = rule.changed(in: deployment)
        } catch {
            result.leftOver = rule.leftOver(
                because: Failure(any: error, in: deployment).sentence, in: deployment)
        }
        result.note("routing_rule_removed", .bool(result.leftOver == nil))
    }

    func deleteMail(_ messageID: String) throws {
        let key = StoredMail.key(of: messageID)
        do {
            try S3(deployment.session).deleteObject(
                bucket: try deployment.bucketName(), key: key)
        } catch {
            throw Failure(error, in: deployment, "The stored mail \(key) was not deleted")
        }
    }
}
