package import JSON
internal import Text

/// The patterns of a domain: one row of the table (`PATTERNS#domain`).
package struct PatternList: Equatable, Sendable {
    package let pk: String
    /// In the order in which they are tried.
    package let rules: [(pattern: AddressPattern, rule: RoutingRule)]

    package static let maximumPatterns = 100

    package static func == (left: PatternList, right: PatternList) -> Bool {
        left.pk.hasSameBytes(as: right.pk)
            && left.rules.map(\.pattern) == right.rules.map(\.pattern)
            && left.rules.map(\.rule) == right.rules.map(\.rule)
    }

    package static let keyPrefix = "PATTERNS#"

    /// The rules for the address in the order in which they are tried, each once: those for the
    /// address as received, then those for it without its tag.
    package func candidates(for address: EmailAddress) -> [RoutingRule] {
        let received = rules.filter { $0.pattern.matches(local: address.local) }
        guard let local = address.withoutTag?.local else { return received.map(\.rule) }
        let untagged = rules.filter {
            $0.pattern.matches(local: local) && !$0.pattern.matches(local: address.local)
        }
        return (received + untagged).map(\.rule)
    }
}

extension PatternList {
    /// Reads a row `PATTERNS#domain`. An entry whose pattern cannot be read might be the one that
    /// decides, so it makes the row wrong; what else is wrong with an entry matters where it
    /// decides.
    package init(pk: String, attributes: JSONValue) throws(RoutingRule.Problem) {
        let name = "patterns"
        guard let entries = attributes[name]?.array else { throw .init(name, "is not a list") }
        guard entries.count <= PatternList.maximumPatterns else {
            throw .init(name, "has more than \(PatternList.maximumPatterns) entries")
        }
        var rules: [(pattern: AddressPattern, rule: RoutingRule)] = []
        for (index, entry) in entries.enumerated() {
            guard let text = entry["pattern"]?.string, let pattern = AddressPattern(text),
                "\(PatternList.keyPrefix)\(pattern.domain)".hasSameBytes(as: pk)
            else {
                throw .init(
                    name, "has no pattern of an address at this domain in entry \(index + 1)")
            }
            rules.append(
                (pattern, RoutingRule(pk: "ROUTE#\(pattern.text)", attributes: entry)))
        }
        // `sorted` keeps the order of equals.
        self.init(pk: pk, rules: rules.sorted { $0.pattern.literalCount > $1.pattern.literalCount })
    }
}
