internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// Finds the faults of the rules.
struct RulesLint: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find rules that do not do what they seem to.",
        discussion: "The exit status is 2 where there is a warning or an error.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rules = try RuleTable(deployment).all()
        Output.progress("looking for the tokens …")
        let tokens = try TokenSearch(deployment).tokens(of: rules.rules)
        Output.progress("looking at the receipt rule …")
        let lint = RuleLint(
            rules, junkDelivery: try deployment.settings().junkDelivery,
            recipients: try ReceiptRecipients(deployment), token: { tokens[$0] ?? .none })
        let findings = lint.findings
        if findings.isEmpty && output.format == .text {
            output.line("\(rules.rules.count.counted("rule")), none of them wrong.")
        } else {
            output.list(
                findings,
                [
                    Column("", "severity", \.severity), Column("", "recipient", \.pattern),
                    Column("", "detail", \.words),
                ], severity: \.severity)
        }
        try Severity.conclude(findings.map(\.severity))
    }
}
