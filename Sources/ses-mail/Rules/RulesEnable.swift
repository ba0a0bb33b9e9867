internal import ArgumentParser
internal import Mail

/// Enables a rule.
struct RulesEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Enable a rule.")

    @OptionGroup var rule: RuleOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try rule.setEnabled(true, deployment, output)
    }
}

/// Disables a rule, and keeps it.
struct RulesDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Disable a rule; the next broader one applies.")

    @OptionGroup var rule: RuleOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try rule.setEnabled(false, deployment, output)
    }
}

/// The rule that is enabled or disabled.
struct RuleOptions: ParsableArguments {
    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Flag(name: .shortAndLong, help: RuleEdit.yesHelp) var yes = false

    fileprivate func setEnabled(
        _ isEnabled: Bool, _ deployment: Deployment, _ output: Output
    ) throws {
        Output.progress("reading the rule …")
        let row = try RuleTable(deployment).existing(address)
        var rule = row.rule
        rule.isEnabled = isEnabled
        try RuleEdit(deployment, output, isGiven: yes)
            .make(.rule(row.pattern, rule), from: row.stored)
    }
}

/// Deletes a rule.
struct RulesRemove: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a rule; the next broader one applies.",
        aliases: ["delete"])

    @Argument(
        help: """
            Pattern: user@domain, shop-*@domain, *@domain or * (exact spelling first, then lower \
            case); or any other address exactly as rules list shows it.
            """)
    var address: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let table = RuleTable(deployment)
        let row = try row(in: table)
        try deployment.confirm(
            "Delete the rule for \(row.pattern) in \(deployment) (\(row.entry.text))?",
            isGiven: yes)
        let change = RuleChange.remove(row.stored)
        try table.write(change, now: Clock.now())
        output.answer(change.json, "\(row.pattern): deleted (was: \(row.entry.text))".printable)
    }

    /// The rule of that name, or else a row that no mail ever finds.
    private func row(in table: RuleTable) throws -> RuleRow {
        let name = RuleName(address)
        if let name, let row = try table.find(firstOf: name.spellings) { return row }
        let key = RulePattern(stored: address).key
        Output.progress("reading the rules …")
        guard let row = try table.all().rules.first(where: { $0.routingKey == key }) else {
            throw table.missing(name?.folded.text ?? address)
        }
        return row
    }
}
