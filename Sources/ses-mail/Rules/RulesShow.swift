internal import ArgumentParser
internal import JSON

/// One rule.
struct RulesShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one rule.")

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let row = try RuleTable(deployment).existing(address)
        if output.isJSON { return output.json(row.json) }
        output.table(
            (row.json.members ?? []).map { member in
                let flag = member.value.bool.map { $0 ? "yes" : "no" }
                return [member.name, member.value.string ?? flag ?? ""]
            })
    }
}
