internal import ArgumentParser
internal import Mail

/// Makes or changes a rule.
struct RulesSet: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a rule.",
        discussion: """
            ses-mail rules set support@example.com forward me@gmail.com you@gmail.com --keep
            ses-mail rules set 'shop-*@example.com' forward me@gmail.com --until 30d
            ses-mail rules set '*@example.org' store
            ses-mail rules set '*' bounce --description 'Nobody here has this address'
            The rule says what you give, and no longer what it said before. Only its description \
            stays, unless you give another one; a rule that was disabled is enabled. A new rule, \
            and every wildcard, is written in lower case, as the router looks addresses up. You \
            are warned where SES takes no mail for the address, or a target has no Gmail token.
            """)

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Argument(help: "forward, bounce or store.") var action: RuleAction
    @Argument(help: "For forward: the Gmail accounts' primary addresses, at most 10.")
    var targets: [String] = []
    @OptionGroup var flags: RuleFlags
    @Flag(help: "Make the rule, but disabled.") var disabled = false
    @Flag(name: .shortAndLong, help: RuleEdit.yesHelp) var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        try flags.check(action, targets)
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let edit = RuleEdit(deployment, output, isGiven: yes)
        let old = try edit.table.find(firstOf: address.routed)
        let pattern = old?.pattern ?? address.folded
        var rule = try flags.rule(
            pattern, action, targets, labels: LabelDirectory(deployment))
        rule.isEnabled = !disabled
        // An empty description takes the old one away.
        rule.description = flags.description == nil ? old?.rule.description : rule.description
        try edit.make(.rule(pattern, rule), from: old?.stored, isChecked: true)
    }
}
