internal import ArgumentParser

/// Passes a rule over, and keeps it.
struct RulesDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Pass a rule over; the next wider one decides.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        try RuleEdit(table: RuleTable(deployment), output: output)
            .setEnabled(false, address)
    }
}
