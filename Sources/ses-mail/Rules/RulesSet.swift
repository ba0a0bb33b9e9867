internal import ArgumentParser
internal import Mail

/// Makes a rule, or changes it.
struct RulesSet: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a rule.",
        discussion: """
            ses-mail rules set support@example.com forward me@gmail.com
            ses-mail rules set '*@example.org' store
            ses-mail rules set '*' bounce --description 'Nobody here has this address'
            A rule that was disabled decides from now on, unless you say --disabled. Its \
            description stays, unless you give another. A new rule, and every wildcard, is \
            written in lower case, as mail is looked up. It is said where SES takes no mail for \
            the address, or the target has no Gmail token.
            """)

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Argument(help: "forward, bounce or store.") var action: RuleAction
    @Argument(help: "The Gmail account's primary address, for forward.") var target: String?
    @Option(help: "Free text; for bounce rules the sender sees it in the bounce message.")
    var description: String?
    @Flag(help: "Make the rule, but let it decide nothing yet.") var disabled = false
    @Flag(name: .shortAndLong, help: RuleEdit.yesHelp) var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if let problem = description.flatMap(RuleContent.problem) {
            throw ValidationError("--description \(problem).")
        }
        switch (action, target) {
        case (.forward, nil):
            throw ValidationError("forward needs the Gmail address to forward to.")
        case (.forward, let target?) where EmailAddress(strict: target) == nil:
            throw ValidationError("\(target.printable) is not a mail address to forward to.")
        case (.bounce, _?), (.store, _?):
            throw ValidationError("\(action.rawValue) takes no target.")
        default: return
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let edit = RuleEdit(deployment, output, isGiven: yes)
        let old = try edit.table.find(firstOf: address.routed)
        let content = RuleContent(
            action: action.attribute, target: target ?? "", isEnabled: !disabled,
            description: description ?? old?.content.description ?? "")
        try edit.make(
            old?.asPattern ?? address.folded, from: old, to: content, isChecked: true)
    }
}
