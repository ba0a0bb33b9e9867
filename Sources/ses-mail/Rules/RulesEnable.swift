internal import ArgumentParser

/// Enables a rule.
struct RulesEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Enable a rule.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Flag(name: .shortAndLong, help: RuleEdit.yesHelp) var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        try RuleEdit(deployment, output, isGiven: yes).setEnabled(true, address)
    }
}
