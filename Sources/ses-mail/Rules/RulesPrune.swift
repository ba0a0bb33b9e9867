internal import ArgumentParser
internal import JSON
internal import Mail

/// Removes the rules that have ended.
struct RulesPrune: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove rules that have ended.",
        discussion: """
            A rule that has ended still decides: it keeps a wider rule, such as *@domain, from \
            taking its mail. So only those rules are removed whose mail has the same fate without \
            them. With --all the others go too, and wider rules take their mail again.
            """)

    @Flag(help: "Remove also those whose mail a wider rule then takes.") var all = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let table = RuleTable(deployment)
        let ended = EndedRule.all(in: try table.all(), now: Clock.now())
        let chosen = ended.filter { all || !$0.isNeeded }
        if !output.isJSON && !ended.isEmpty {
            output.table(ended, EndedRule.columns) { $0.isNeeded ? .warning : .note }
        }
        if !chosen.isEmpty {
            let needed = chosen.count { $0.isNeeded }
            let warning = needed == 0 ? "" : " (wider rules then take the mail of \(needed))"
            try deployment.confirm(
                "Remove \(chosen.count.counted("ended rule")) from \(deployment)\(warning)?",
                isGiven: yes)
            for rule in chosen {
                try table.write(.remove(rule.row.stored), now: Clock.now())
            }
        }
        let stay = ended.count - chosen.count
        let hint =
            stay == 0
            ? ""
            : " \(stay.counted("rule")) left, whose mail a wider rule would take; --all removes "
                + "those too."
        output.answer(
            [
                "rules": EndedRule.columns.array(ended), "removed_count": .integer(chosen.count),
            ],
            ended.isEmpty
                ? "No rule has ended." : "\(chosen.count.counted("rule")) removed.\(hint)")
    }
}

/// A rule that has ended, and the fate of its mail without it.
struct EndedRule {
    let row: RuleRow
    /// The fate of its mail once it is removed, as the end of a sentence; nil where that depends on
    /// the address.
    let fateWithout: String?
    /// Whether its mail would have another fate without it, or may have.
    let isNeeded: Bool

    static var columns: Columns<EndedRule> {
        [
            Column("ADDRESS", "recipient", \.row.pattern.text),
            Column("ENDED", "until") { $0.row.rule.end?.text ?? "" },
            Column("NOW", "then") { $0.row.rule.end?.then.done ?? "" },
            Column("WITHOUT IT, MAIL", "fate_without") {
                $0.fateWithout ?? "may be taken by a wider rule"
            },
            .data("is_needed", \.isNeeded),
        ]
    }

    /// All of them. A disabled rule decides nothing, and is left alone.
    static func all(in stored: StoredRules, now: String) -> [EndedRule] {
        let items = Dictionary(
            stored.items.map { (RoutingKey(pk: $0.pk), $0) }, uniquingKeysWith: { $1 })
        return stored.rules.filter { $0.rule.isEnabled && $0.hasEnded(at: now) }.map { row in
            guard !row.pattern.isWildcard else {
                return EndedRule(row: row, fateWithout: nil, isNeeded: true)
            }
            let mail = RoutedMail(recipients: [row.pattern.text], timestamp: now)
            let rows = RoutingTable.keys(for: mail).compactMap { items[RoutingKey(pk: $0)] }
            let other = rows.filter { $0.pk != row.key.pk }
            let before = RuleExplanation(of: mail, by: StoredRules(rows))
            let after = RuleExplanation(of: mail, by: StoredRules(other))
            if before.fate != after.fate {
                return EndedRule(row: row, fateWithout: after.fate, isNeeded: true)
            }
            let mayDiffer =
                after.decider.map { mayChange($0, now) } == true
                || stored.rules.contains { takesTags(of: row, $0) }
            return EndedRule(
                row: row, fateWithout: mayDiffer ? nil : after.fate, isNeeded: mayDiffer)
        }
    }

    /// Whether the fate of mail by the rule depends on its sender, or on a time to come.
    private static func mayChange(_ rule: RoutingRule, _ now: String) -> Bool {
        rule.senders != nil || rule.end.map { !$0.isReached(at: now) } == true
    }

    /// Whether the other rule is a pattern for the address with tags, which the ended rule takes.
    private static func takesTags(of row: RuleRow, _ other: RuleRow) -> Bool {
        other.rule.isEnabled && other.pattern.text.utf8.contains(UInt8(ascii: "+"))
            && other.pattern.listDomain.map { row.pattern.text.hasSuffix("@\($0)") } == true
    }
}

extension RuleRow {
    /// Whether the rule is one that has ended, and decides so.
    func hasEnded(at now: String) -> Bool {
        key.sk == RuleRow.sortKey && rule.problems.isEmpty && rule.end?.isReached(at: now) == true
    }
}
