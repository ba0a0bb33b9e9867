internal import ArgumentParser

/// All rules as one file.
struct RulesExport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print all rules as a file for rules import.",
        discussion: """
            ses-mail rules export --env prod > rules.json
            What rules import would not take is left out, and named on standard error.
            """)

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let export = RuleExport(try RuleTable(deployment).all())
        output.line(export.text)
        for note in export.notes { Output.complain(note) }
    }
}
