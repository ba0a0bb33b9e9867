internal import Mail

extension RuleContent {
    /// Which command makes the rule for a pattern say this? For a shell. An action that the router
    /// does not know is what the router makes of it: `store`.
    func command(for pattern: RulePattern) -> String {
        let action = RuleAction.allCases.first { $0.attribute == self.action } ?? .store
        var words = ["ses-mail", "rules", "set", pattern.text, action.rawValue]
        if action == .forward { words.append(Mailbox(destination: target).address) }
        // Without it, the description of the rule that is there now would stay.
        // One word: the text may begin as an option does.
        words.append("--description=\(RuleExport.plain(description))")
        if !isEnabled { words.append("--disabled") }
        return words.map(\.shellWord).joined(separator: " ")
    }
}

extension String {
    /// As one word of a POSIX shell's command line.
    var shellWord: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "="):
                true
            default: false
            }
        }
        if isPlain && !isEmpty { return self }
        let parts = utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        return "'\(parts.joined(separator: "'\\''"))'"
    }
}
