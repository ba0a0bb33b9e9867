internal import Mail
internal import Text

/// The addresses that a rule is for: an address, `*@domain` or `*`, in lower case as the router
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
    var isWildcard: Bool { text.utf8.first == UInt8(ascii: "*") }
    var description: String { text }
}
