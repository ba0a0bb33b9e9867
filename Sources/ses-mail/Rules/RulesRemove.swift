internal import ArgumentParser

/// Deletes a rule.
struct RulesRemove: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a rule; the next broader one applies.")

    @Argument(
        help: """
            Pattern: user@domain, *@domain or * (exact spelling first, then lower case); or \
            whatever else rules list shows, as it stands there.
            """)
    var address: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let table = RuleTable(deployment)
        let row = try row(in: table)
        try deployment.confirm(
            "Delete the rule for \(row.pattern) in \(deployment) (\(row.content.text))?",
            isGiven: yes)
        let change = RuleChange.remove(row)
        try table.write(change, now: Clock.now())
        output.answer(change.json, "\(row.pattern): deleted (was: \(row.content.text))".printable)
    }

    /// The rule of that name, or else a row that no mail ever finds.
    private func row(in table: RuleTable) throws -> RuleRow {
        let name = RuleName(address)
        if let name, let row = try table.find(firstOf: name.spellings) { return row }
        let key = RulePattern(stored: address).key
        Output.progress("reading the rules …")
        guard let row = try table.all().first(where: { $0.routingKey == key }) else {
            throw table.missing(name?.folded.text ?? address)
        }
        return row
    }
}
