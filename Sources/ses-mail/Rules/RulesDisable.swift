internal import ArgumentParser

/// Disables a rule, and keeps it.
struct RulesDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Disable a rule; the next broader one applies.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Flag(name: .shortAndLong, help: RuleEdit.yesHelp) var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        try RuleEdit(deployment, output, isGiven: yes).setEnabled(false, address)
    }
}
