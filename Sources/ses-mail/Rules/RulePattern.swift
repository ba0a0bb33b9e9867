internal import ArgumentParser
internal import Mail
internal import Text

/// The addresses that a rule is for: an address, `*@domain` or `*`, in lower case as the router
/// looks it up.
struct RulePattern: Equatable, Hashable, CustomStringConvertible {
    let text: String

    /// nil for a text that no mail could ever match.
    init?(_ text: String) {
        let lowered = text.asciiLowercased
        let probe = lowered.hasPrefix("*@") ? "any\(lowered.dropFirst())" : lowered
        guard lowered == "*" || !probe.contains("*") && EmailAddress(strict: probe) != nil else {
            return nil
        }
        self.text = lowered
    }

    /// The pattern of a row as it stands in the table, however odd.
    init(stored text: String) {
        self.text = text
    }

    var pk: String { "ROUTE#\(text)" }
    var key: RoutingKey { RoutingKey(pk: pk) }
    var isWildcard: Bool { text.utf8.first == UInt8(ascii: "*") }
    var description: String { text }
}

/// The rule that an operator means: the one with exactly the typed spelling, or else the one in
/// lower case, as the router looks for an address too.
struct RuleName {
    let typed: RulePattern
    let folded: RulePattern

    /// nil for a text that no mail could ever match.
    init?(_ text: String) {
        guard let folded = RulePattern(text) else { return nil }
        self.folded = folded
        typed = RulePattern(stored: text)
    }

    /// The spellings to look for, the first match first.
    var spellings: [RulePattern] { typed.key == folded.key ? [folded] : [typed, folded] }

    /// The spellings under which the router looks mail up: a wildcard only in lower case.
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
