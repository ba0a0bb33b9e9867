internal import Mail
internal import Text

/// The rules by the names under which the router asks for them.
struct RuleIndex {
    /// What the table has for an address under one name.
    struct Candidate {
        let pattern: String
        /// nil where there is none.
        let rule: RoutingRule?
        let kind: Kind

        enum Kind {
            case address
            case pattern
            /// A list of patterns that cannot be read, and for what reason.
            case unreadable(RoutingFailure)
            /// `*@domain` or `*`.
            case wildcard
        }

        /// Whether the router goes no further.
        var decides: Bool {
            if case .unreadable = kind { true } else { rule?.isEnabled == true }
        }
    }

    private var rules: [RoutingKey: RoutingRule] = [:]
    private var lists: [RoutingKey: Result<PatternList, RoutingRule.Problem>] = [:]

    init(_ stored: StoredRules) {
        for row in stored.rules
        where row.pattern.listDomain == nil && row.key.sk == RuleRow.sortKey {
            rules[row.routingKey] = row.rule
        }
        for item in stored.items where item.sk == RuleRow.sortKey {
            let row = item.tableRow
            guard row.pk.hasPrefix(ignoringASCIICase: PatternList.keyPrefix) else { continue }
            lists[RoutingKey(pk: row.pk)] = Result { () throws(RoutingRule.Problem) in
                try PatternList(pk: row.pk, attributes: row.attributes)
            }
        }
    }

    /// In the order in which the router asks; of patterns, those that stand for the address.
    func candidates(for recipient: String) -> [Candidate] {
        let keys = RoutingKey.candidates(for: recipient)
        func own(isWildcard: Bool) -> [Candidate] {
            keys.filter { $0.isWildcard == isWildcard }.map { key in
                Candidate(
                    pattern: RuleIndex.pattern(of: key.pk), rule: rules[key],
                    kind: isWildcard ? .wildcard : .address)
            }
        }
        return own(isWildcard: false) + patterns(for: recipient) + own(isWildcard: true)
    }

    private func patterns(for recipient: String) -> [Candidate] {
        guard let address = EmailAddress(recipient),
            case let pk = "\(PatternList.keyPrefix)\(address.domain)",
            let found = lists[RoutingKey(pk: pk)]
        else { return [] }
        switch found {
        case .success(let list):
            return list.candidates(for: address).map { rule in
                Candidate(pattern: RuleIndex.pattern(of: rule.pk), rule: rule, kind: .pattern)
            }
        case .failure(let problem):
            return [Candidate(pattern: pk, rule: nil, kind: .unreadable(.wrongRule(pk, problem)))]
        }
    }

    /// The pattern of a rule by its name in decisions.
    static func pattern(of pk: String) -> String {
        String(decoding: pk.utf8.dropFirst("ROUTE#".utf8.count), as: UTF8.self)
    }
}
