internal import AWS
internal import ArgumentParser
internal import Mail

/// The commands about routing rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Decide who gets which address.",
        subcommands: [
            RulesList.self, RulesShow.self, RulesSet.self, RulesEnable.self, RulesDisable.self,
            RulesRemove.self, RulesExplain.self, RulesLint.self, RulesExport.self,
            RulesImport.self,
        ])
}

/// Lists all rules.
struct RulesList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all rules.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rows = try RuleTable(deployment).all()
        if rows.isEmpty && output.format == .text {
            return output.line(
                "There are no rules. Spam and mail for role addresses are stored, and all other "
                    + "mail is bounced. Add a rule with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
        output.list(rows, RuleRow.columns) { $0.rule.isEnabled ? nil : .note }
    }
}

/// Shows one rule.
struct RulesShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one rule.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        output.record(try RuleTable(deployment).existing(address), RuleRow.columns)
    }
}

extension RuleRow {
    static var columns: Columns<RuleRow> {
        [
            Column("ADDRESS", "recipient", \.pattern), Column("ACTION", "action", \.content.action),
            Column("TARGET", "target", \.content.target),
            Column("ENABLED", "enabled", \.content.isEnabled),
            Column("DESCRIPTION", "description", \.content.description),
            .data("created_at") { $0.item["created_at"]?.string },
            .data("updated_at") { $0.item["updated_at"]?.string },
        ]
    }
}
