internal import ArgumentParser
internal import JSON
internal import Mail

/// Makes or changes a rule.
struct RulesSet: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a rule.",
        discussion: """
            ses-mail rules set support@example.com forward me@gmail.com
            ses-mail rules set '*@example.org' store
            ses-mail rules set '*' bounce --description 'Nobody here has this address'
            A rule that was disabled is enabled, unless you add --disabled. Its description stays, \
            unless you give another one. A new rule, and every wildcard, is written in lower case, \
            as the router looks addresses up. You are warned where SES takes no mail for the \
            address, or the target has no Gmail token.
            """)

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Argument(help: "forward, bounce or store.") var action: RuleAction
    @Argument(help: "The Gmail account's primary address, for forward.") var target: String?
    @Option(help: "Free text; for bounce rules the sender sees it in the bounce message.")
    var description: String?
    @Flag(help: "Make the rule, but disabled.") var disabled = false
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

/// One change of one rule, and its report.
struct RuleEdit {
    let table: RuleTable
    let deployment: Deployment
    let output: Output
    /// Whether the confirmation is given already.
    let isGiven: Bool

    static let yesHelp: ArgumentHelp = "Do not ask (a wildcard in prod is asked for)."

    init(_ deployment: Deployment, _ output: Output, isGiven: Bool) {
        table = RuleTable(deployment)
        self.deployment = deployment
        self.output = output
        self.isGiven = isGiven
    }

    /// - Parameter isChecked: whether to warn where the rule cannot do what it says.
    func make(
        _ pattern: RulePattern, from old: RuleRow?, to content: RuleContent, isChecked: Bool = false
    ) throws {
        guard let change = RuleChange(pattern, from: old, to: content) else {
            output.answer(
                ["recipient": pattern.text.json, "changed": false],
                "\(pattern): unchanged (\(content.text))".printable)
            return
        }
        try confirm(change)
        try table.write(change, now: Clock.now())
        let warnings =
            isChecked ? RuleWarnings(deployment).sentences(on: [(pattern, content)]) : []
        // A description that stays is not printed again.
        let isReworded = old.map { $0.content.description != content.description } ?? false
        let words = { (content: RuleContent) in isReworded ? content.detail : content.text }
        let was = old.map { " (was: \(words($0.content)))" } ?? ""
        if output.isJSON { return output.json(change.json(warnings: warnings)) }
        output.line("\(pattern): \(words(content))\(was)".printable)
        for warning in warnings { output.line(output.paint(warning.printable, .warning)) }
    }

    /// Asks for a wildcard in production: it decides about all mail that no other rule names.
    private func confirm(_ change: RuleChange) throws {
        guard deployment.name == .prod, change.pattern.isWildcard, let new = change.new else {
            return
        }
        let was = change.old.map { " (now: \($0.content.text))" } ?? ""
        try deployment.confirm(
            "Set the rule for \(change.pattern) in \(deployment) to \(new.text)\(was)?",
            isGiven: isGiven)
    }
}
