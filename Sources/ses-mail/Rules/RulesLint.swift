internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// The faults of the rules.
struct RulesLint: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find rules that do not do what they seem to.",
        discussion: "The exit status is 2 where there is a warning or an error.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rows = try RuleTable(deployment).all()
        Output.progress("looking for the tokens …")
        let tokens = try TokenSearch(deployment).tokens(of: rows)
        Output.progress("looking at the receipt rule …")
        let lint = RuleLint(
            rows: rows, recipients: try ReceiptRecipients(deployment),
            token: { tokens[$0] ?? .none })
        let findings = lint.findings
        if output.isJSON {
            output.json(.array(findings.map(\.json)))
        } else if findings.isEmpty {
            output.line("\(rows.count.counted("rule")), none of them wrong.")
        } else {
            output.table(
                findings.map { [$0.severity.rawValue, $0.pattern, $0.words] },
                moods: findings.map { $0.severity.mood })
        }
        try Severity.conclude(findings.map(\.severity))
    }
}
