internal import ArgumentParser

/// Lets a rule decide again.
struct RulesEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a rule decide.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        try RuleEdit(table: RuleTable(deployment), output: output)
            .setEnabled(true, address)
    }
}
