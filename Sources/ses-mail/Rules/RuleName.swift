internal import ArgumentParser

/// The rule that an operator means: the one that is spelled as it was typed, letter for letter, or
/// else the one in lower case, which is how the router looks for an address too.
struct RuleName {
    /// As it was typed.
    let typed: RulePattern
    /// In lower case.
    let folded: RulePattern

    /// nil for what no mail could ever match.
    init?(_ text: String) {
        guard let folded = RulePattern(text) else { return nil }
        self.folded = folded
        typed = RulePattern(stored: text)
    }

    /// First match wins.
    var spellings: [RulePattern] { typed.key == folded.key ? [folded] : [typed, folded] }

    /// Under which of them mail is looked up: a wildcard only in lower case.
    var routed: [RulePattern] { folded.isWildcard ? [folded] : spellings }
}

extension RuleName {
    static let help: ArgumentHelp =
        "Pattern: user@domain, *@domain or * (exact spelling first, then lower case)."

    /// - Throws: `ValidationError` that says what may be written instead.
    static func argument(_ text: String) throws -> RuleName {
        if let name = RuleName(text) { return name }
        throw ValidationError(
            text.utf8.allSatisfy { $0 < 0x80 }
                ? "Not a valid pattern; use user@domain, *@domain or *."
                : "Use the punycode form (xn--…) for international domains.")
    }
}
