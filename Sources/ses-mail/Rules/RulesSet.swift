internal import ArgumentParser
internal import JSON
internal import Mail

/// Makes a rule, or changes it.
struct RulesSet: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a rule.",
        discussion: """
            ses-mail rules set support@example.com forward me@gmail.com
            ses-mail rules set '*@example.org' store
            ses-mail rules set '*' bounce --description 'Nobody here has this address'
            """)

    @Argument(help: "user@domain, *@domain or *.") var address: RulePattern
    @Argument(help: "forward, bounce or store.") var action: RuleAction
    @Argument(help: "The Gmail account's primary address, for forward.") var target: String?
    @Option(help: "Your words; whose mail is bounced reads them.") var description: String?
    @Flag(help: "Make the rule, but let it decide nothing yet.") var disabled = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        switch (action, target) {
        case (.forward, nil):
            throw ValidationError("forward needs the Gmail address to forward to.")
        case (.forward, let target?) where EmailAddress(strict: target) == nil:
            throw ValidationError("\(target.printable) is no mail address to forward to.")
        case (.bounce, _?), (.store, _?):
            throw ValidationError("\(action.rawValue) takes no target.")
        default: return
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let table = RuleTable(deployment)
        let old = try table.find(address)
        let content = RuleContent(
            action: action.attribute, target: target ?? "", isEnabled: !disabled,
            description: description ?? old?.content.description ?? "")
        try RuleEdit(table: table, output: output).make(address, from: old, to: content)
    }
}

/// Lets a rule decide again.
struct RulesEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a rule decide.")

    @Argument(help: "user@domain, *@domain or *.") var address: RulePattern
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try RuleEdit(table: RuleTable(deployment), output: output)
            .setEnabled(true, address)
    }
}

/// Passes a rule over, and keeps it.
struct RulesDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Pass a rule over; the next wider one decides.")

    @Argument(help: "user@domain, *@domain or *.") var address: RulePattern
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try RuleEdit(table: RuleTable(deployment), output: output)
            .setEnabled(false, address)
    }
}

/// Deletes a rule.
struct RulesRemove: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a rule; the next wider one decides.")

    @Argument(help: "user@domain, *@domain or *.") var address: RulePattern
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let table = RuleTable(deployment)
        let row = try table.existing(address)
        try Confirmation.require(
            "Delete the rule for \(address) in \(deployment) (\(row.content.text))?", isGiven: yes)
        let change = RuleChange.remove(row)
        try table.write(change, now: Clock.now())
        output.answer(change.json, "\(address): deleted (was: \(row.content.text))".printable)
    }
}

/// One change of one rule, and the words for it.
struct RuleEdit {
    let table: RuleTable
    let output: Output

    func setEnabled(_ isEnabled: Bool, _ pattern: RulePattern) throws {
        let row = try table.existing(pattern)
        var content = row.content
        content.isEnabled = isEnabled
        try make(pattern, from: row, to: content)
    }

    func make(_ pattern: RulePattern, from old: RuleRow?, to content: RuleContent) throws {
        guard let change = RuleChange(pattern, from: old, to: content) else {
            output.answer(
                ["recipient": .string(pattern.text), "changed": false],
                "\(pattern): unchanged (\(content.text))".printable)
            return
        }
        try table.write(change, now: Clock.now())
        let was = old.map { " (was: \($0.content.text))" } ?? ""
        output.answer(change.json, "\(pattern): \(content.text)\(was)".printable)
    }
}
