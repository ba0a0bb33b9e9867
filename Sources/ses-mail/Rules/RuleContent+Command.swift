internal import Mail

extension RuleContent {
    /// The words after `ses-mail` that make the rule for a pattern say this, quoted for a shell. An
    /// action that the router does not know is what the router makes of it: `store`.
    func words(for pattern: RulePattern) -> String {
        let action = RuleAction.allCases.first { $0.attribute == self.action } ?? .store
        var words = ["rules", "set", pattern.text, action.rawValue]
        if action == .forward { words.append(Mailbox(destination: target).address) }
        // Without it, the description of the rule that is there now would stay.
        // One word: the text may begin as an option does.
        words.append("--description=\(RuleExport.plain(description))")
        if !isEnabled { words.append("--disabled") }
        return words.map(\.shellWord).joined(separator: " ")
    }
}
