internal import ArgumentParser
internal import JSON
internal import Mail

/// The list of the rules.
struct RulesList: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all rules.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rows = try RuleTable(deployment).all()
        if output.isJSON { return output.json(.array(rows.map(\.json))) }
        guard !rows.isEmpty else {
            return output.line(
                "There are no rules. Spam and mail for role addresses are stored, and all other "
                    + "mail is bounced. Add a rule with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
        output.table(
            [["ADDRESS", "ACTION", "TARGET", "ENABLED", "DESCRIPTION"]]
                + rows.map { row in
                    let content = row.content
                    return [
                        row.pattern, content.action, content.target,
                        content.isEnabled ? "yes" : "no", content.description,
                    ]
                }, moods: [.quiet] + rows.map { $0.rule.isEnabled ? nil : .quiet })
    }
}
