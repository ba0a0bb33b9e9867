internal import JSON

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
