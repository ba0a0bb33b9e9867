internal import JSON

/// One change of one rule, and the words for it.
struct RuleEdit {
    let table: RuleTable
    let output: Output

    func setEnabled(_ isEnabled: Bool, _ name: RuleName) throws {
        let row = try table.existing(name)
        var content = row.content
        content.isEnabled = isEnabled
        try make(row.asPattern, from: row, to: content)
    }

    func make(_ pattern: RulePattern, from old: RuleRow?, to content: RuleContent) throws {
        guard let change = RuleChange(pattern, from: old, to: content) else {
            output.answer(
                ["recipient": .string(pattern.text), "changed": false],
                "\(pattern): unchanged (\(content.text))".printable)
            return
        }
        try table.write(change, now: Clock.now())
        // Words that stay are not said again.
        let isReworded = old.map { $0.content.description != content.description } ?? false
        let words = { (content: RuleContent) in isReworded ? content.detail : content.text }
        let was = old.map { " (was: \(words($0.content)))" } ?? ""
        output.answer(change.json, "\(pattern): \(words(content))\(was)".printable)
    }
}
