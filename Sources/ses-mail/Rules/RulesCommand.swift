internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// The commands about routing rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Decide who gets which address. See also: senders.",
        subcommands: [
            RulesList.self, RulesShow.self, RulesSet.self, RulesEdit.self, RulesNew.self,
            RulesEnable.self, RulesDisable.self, RulesRemove.self, RulesPrune.self,
            RulesExplain.self, RulesTest.self, RulesLint.self, RulesExport.self, RulesImport.self,
            RulesDiff.self,
        ])
}

/// Lists all rules.
struct RulesList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all rules.")

    @Flag(help: "Only rules that have ended.") var ended = false
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let stored = try RuleTable(deployment).all()
        if ended {
            let rules = stored.rules.filter { $0.hasEnded(at: Clock.now()) }
            if rules.isEmpty && output.format == .text {
                return output.line("No rule has ended.")
            }
            return output.list(rules, RuleRow.columns(of: rules))
        }
        if stored.rules.isEmpty && output.format == .text {
            return output.line(
                "There are no rules. Spam and mail for role addresses are stored, and all other "
                    + "mail is bounced. Add a rule with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
        output.list(stored.rules, RuleRow.columns(of: stored.rules)) {
            $0.rule.isEnabled ? nil : .note
        }
        if output.format == .text, !stored.senders.isEmpty {
            output.line(
                "\(stored.senders.count.counted("sender")) blocked or allowed: "
                    + deployment.command("senders list"))
        }
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
        let row = try RuleTable(deployment).existing(address)
        output.record(row, RuleRow.columns(of: [row]))
    }
}

extension RuleRow {
    /// The columns of a list of these rules. Attributes that a rule does not say are null.
    static func columns(of rows: [RuleRow]) -> Columns<RuleRow> {
        let options = RoutingRule.attributeNames
            .filter { !["action", "target", "enabled", "description"].contains($0) }
        let hasOptions = rows.contains { !$0.rule.options.isEmpty }
        return [
            Column("ADDRESS", "recipient", \.pattern.text),
            Column("ACTION", "action", \.rule.action.text),
            Column("TARGET", "target", \.soleTarget, text: \.targets),
        ] + options.map { name in .data(name) { $0.rule.attributes[name] } }
            + (hasOptions
                ? [.shown("OPTIONS") { $0.rule.options.joined(separator: ", ").shortened(to: 50) }]
                : [])
            + [
                Column("ENABLED", "enabled", \.rule.isEnabled),
                Column("DESCRIPTION", "description") { $0.rule.description ?? "" },
                .data("created_at") { $0.attributes["created_at"]?.string },
                .data("updated_at") { $0.attributes["updated_at"]?.string },
            ]
    }

    /// nil where there are several.
    private var soleTarget: String? {
        rule.destinations.count > 1 ? nil : rule.destinations.first ?? ""
    }

    private var targets: String { rule.destinations.joined(separator: " ") }
}
