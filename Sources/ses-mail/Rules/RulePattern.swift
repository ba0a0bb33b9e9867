internal import AWS
internal import ArgumentParser
internal import Mail
internal import Text

/// The addresses that a rule is for: an address, `*@domain`, `*`, or a pattern such as
/// `shop-*@domain`, in lower case as the router looks it up.
struct RulePattern: Equatable, Hashable, CustomStringConvertible {
    let text: String
    /// The domain in whose list of patterns the rule stands; nil where it has a row of its own.
    let listDomain: String?

    /// nil for a text that no mail could ever match.
    init?(_ text: String) {
        var lowered = text.asciiLowercased
        // As the router looks an address up.
        if lowered.utf8.last == UInt8(ascii: ".") { lowered.removeLast() }
        let probe = lowered.hasPrefix("*@") ? "any\(lowered.dropFirst())" : lowered
        guard lowered == "*" || EmailAddress(strict: probe) != nil else { return nil }
        self.text = lowered
        listDomain = AddressPattern(lowered).flatMap { $0.hasWildcard ? $0.domain : nil }
    }

    /// The pattern of a row of its own as it stands in the table, however odd.
    init(stored text: String) {
        self.text = text
        listDomain = nil
    }

    /// The pattern of an entry in its domain's list.
    init(listed text: String, at domain: String) {
        self.text = text
        listDomain = domain
    }

    /// The name of the rule in decisions and logs.
    var pk: String { "ROUTE#\(text)" }
    var key: RoutingKey { RoutingKey(pk: pk) }
    /// The key of the row in which the rule stands.
    var rowKey: Item {
        RuleRow.key(listDomain.map { "\(PatternList.keyPrefix)\($0)" } ?? pk)
    }

    /// Whether the rule is for more than one address.
    var isWildcard: Bool { listDomain != nil || text.utf8.first == UInt8(ascii: "*") }
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
        typed = folded.listDomain == nil ? RulePattern(stored: text) : folded
    }

    /// The spellings to look for, the first match first.
    var spellings: [RulePattern] { typed.key == folded.key ? [folded] : [typed, folded] }

    /// The spellings under which the router looks mail up: a wildcard only in lower case.
    var routed: [RulePattern] { folded.isWildcard ? [folded] : spellings }
}

extension RuleName {
    static let help: ArgumentHelp = """
        Pattern: user@domain, shop-*@domain, *@domain or * (exact spelling first, then lower \
        case).
        """

    /// - Throws: `ValidationError` that says what may be written instead.
    static func argument(_ text: String) throws -> RuleName {
        if let name = RuleName(text) { return name }
        throw ValidationError(
            text.utf8.allSatisfy { $0 < 0x80 }
                ? "Not a valid pattern; use user@domain, shop-*@domain, *@domain or *."
                : "Use the punycode form (xn--…) for international domains.")
    }
}
