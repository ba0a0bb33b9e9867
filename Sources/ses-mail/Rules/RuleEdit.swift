internal import ArgumentParser
internal import JSON

/// One change of one rule, and the words for it.
struct RuleEdit {
    let table: RuleTable
    let deployment: Deployment
    let output: Output
    static let yesHelp: ArgumentHelp = "Do not ask, as is done for a wildcard in prod."

    /// Whether nobody is to be asked.
    let isGiven: Bool

    init(_ deployment: Deployment, _ output: Output, isGiven: Bool) {
        table = RuleTable(deployment)
        self.deployment = deployment
        self.output = output
        self.isGiven = isGiven
    }

    func setEnabled(_ isEnabled: Bool, _ name: RuleName) throws {
        let row = try table.existing(name)
        var content = row.content
        content.isEnabled = isEnabled
        try make(row.asPattern, from: row, to: content)
    }

    /// - Parameter isChecked: whether it is said where the rule cannot do what it says.
    func make(
        _ pattern: RulePattern, from old: RuleRow?, to content: RuleContent, isChecked: Bool = false
    ) throws {
        guard let change = RuleChange(pattern, from: old, to: content) else {
            output.answer(
                ["recipient": .string(pattern.text), "changed": false],
                "\(pattern): unchanged (\(content.text))".printable)
            return
        }
        try confirm(change)
        try table.write(change, now: Clock.now())
        let warnings =
            isChecked ? RuleWarnings(deployment).sentences(on: [(pattern, content)]) : []
        // Words that stay are not said again.
        let isReworded = old.map { $0.content.description != content.description } ?? false
        let words = { (content: RuleContent) in isReworded ? content.detail : content.text }
        let was = old.map { " (was: \(words($0.content)))" } ?? ""
        if output.isJSON { return output.json(change.json(warnings: warnings)) }
        output.line("\(pattern): \(words(content))\(was)".printable)
        for warning in warnings { output.line(output.paint(warning.printable, .odd)) }
    }

    /// In production a wildcard decides who gets the mail of everybody whom no other rule names.
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
