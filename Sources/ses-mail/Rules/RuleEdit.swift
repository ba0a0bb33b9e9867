internal import ArgumentParser
internal import JSON

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
    /// - Parameter heading: a line that a program can read before all others.
    func make(
        _ entry: RuleEntry, from old: StoredEntry?, isChecked: Bool = false, heading: String? = nil
    ) throws {
        guard let change = RuleChange(from: old, to: entry) else {
            output.answer(
                .object((entry.json.members?.prefix(1) ?? []) + [.init("changed", false)]),
                "\(entry.name): unchanged (\(entry.text))".printable)
            return
        }
        try confirm(change)
        try table.write(change, now: Clock.now())
        let warnings =
            isChecked ? RuleWarnings(deployment).sentences(on: [entry]) : []
        // A description that stays is not printed again.
        let isReworded = old.map { $0.entry.description != entry.description } ?? false
        let words = { (entry: RuleEntry) in isReworded ? entry.detail : entry.text }
        let was = old.map { " (was: \(words($0.entry)))" } ?? ""
        if output.isJSON { return output.json(change.json(warnings: warnings)) }
        if let heading { output.line(heading) }
        output.line("\(entry.name): \(words(entry))\(was)".printable)
        for warning in warnings { output.line(output.paint(warning.printable, .warning)) }
    }

    /// Asks for a wildcard in production: it decides about all mail that no other rule names.
    private func confirm(_ change: RuleChange) throws {
        guard deployment.name == .prod, case .rule(let pattern, _)? = change.new,
            pattern.isWildcard
        else { return }
        let was = change.old.map { " (now: \($0.entry.text))" } ?? ""
        try deployment.confirm(
            "Set the rule for \(pattern) in \(deployment) to \(change.entry.text)\(was)?",
            isGiven: isGiven)
    }
}
