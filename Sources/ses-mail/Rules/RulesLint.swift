internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Is anything odd about the rules?
struct RulesLint: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look for rules that do not do what they seem to.",
        discussion: "The exit status is 2 where there is a warning or an error.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rows = try RuleTable(deployment).all()
        Output.progress("looking for the tokens …")
        let tokens = try TokenSearch(deployment).tokens(of: rows)
        let findings = RuleLint(rows: rows, token: { tokens[$0] ?? .none }).findings
        if output.isJSON {
            output.json(.array(findings.map(\.json)))
        } else if findings.isEmpty {
            output.line("\(rows.count.counted("rule")), and nothing is odd.")
        } else {
            output.table(
                findings.map { [$0.severity.rawValue, $0.pattern, $0.words] },
                moods: findings.map { $0.severity.mood })
        }
        try Severity.conclude(findings.map(\.severity))
    }
}
