internal import ArgumentParser
internal import Mail

/// Which addresses does a rule speak of? An address, `*@domain` or `*`, lower-cased as the router
/// looks it up.
struct RulePattern: Equatable, Hashable, CustomStringConvertible {
    let text: String

    /// nil for what no mail could ever match.
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
    var description: String { text }
}

extension RulePattern {
    static let help: ArgumentHelp = "user@domain, *@domain or *."

    /// - Throws: `ValidationError` that says what may be written instead.
    static func argument(_ text: String) throws -> RulePattern {
        if let pattern = RulePattern(text) { return pattern }
        throw ValidationError(
            text.utf8.allSatisfy { $0 < 0x80 }
                ? "It is no user@domain, *@domain or *."
                : "Only ASCII is looked up: write a domain with other letters as xn--…")
    }
}
