internal import ArgumentParser

/// All rules as one file.
struct RulesExport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print all rules as a file for rules import.",
        discussion: "ses-mail rules export --env prod > rules.json")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        output.line(RuleFile.text(of: try RuleTable(deployment).all()))
    }
}
