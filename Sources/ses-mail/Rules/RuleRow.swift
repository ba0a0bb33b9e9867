internal import AWS
internal import JSON
internal import Mail
internal import Text

/// An entry as it stands in the table, for whoever changes or compares entries of both kinds;
/// `RuleRow` and `SenderRow` are those of one kind.
struct StoredEntry: Equatable {
    /// The key of the row.
    let key: Item
    /// The attributes of the row; those of the entry where it stands in a list of patterns.
    let attributes: Item
    let entry: RuleEntry
}

/// A rule as it stands in the table: in a row of its own, or in the list of patterns of its domain.
struct RuleRow: Equatable {
    /// The key of the row.
    let key: Item
    /// The attributes of the row; those of the entry where it stands in a list.
    let attributes: Item
    let pattern: RulePattern
    let rule: RoutingRule

    static let sortKey = "RULE#v1"

    static func key(_ pk: String) -> Item { ["PK": .string(pk), "SK": .string(sortKey)] }

    /// The rule of a row of its own. Its key decides, whatever `recipient` says.
    init(item: Item) {
        key = item.filter { ["PK", "SK"].contains($0.key) }
        attributes = item
        pattern = RulePattern(stored: RuleIndex.pattern(of: item.pk))
        rule = RoutingRule(pk: item.pk, attributes: item.plain)
    }

    /// An entry of a row of patterns; nil where it names none.
    private init?(entry: AttributeValue, key: Item, domain: String) {
        guard case .map(let attributes) = entry,
            let text = attributes["pattern"]?.string.flatMap(AddressPattern.init)?.text
        else { return nil }
        self.key = key
        self.attributes = attributes
        pattern = RulePattern(listed: text, at: domain)
        rule = RoutingRule(pk: pattern.pk, attributes: attributes.plain)
    }

    /// The rules of any row, patterns in the order of their list.
    static func rules(of item: Item) -> [RuleRow] {
        if item.pk.hasPrefix(ignoringASCIICase: "ROUTE#") { return [RuleRow(item: item)] }
        guard item.pk.hasPrefix(ignoringASCIICase: PatternList.keyPrefix),
            case .list(let entries)? = item["patterns"]
        else { return [] }
        let domain = String(
            decoding: item.pk.utf8.dropFirst(PatternList.keyPrefix.utf8.count), as: UTF8.self)
        let key = item.filter { ["PK", "SK"].contains($0.key) }
        return entries.compactMap { RuleRow(entry: $0, key: key, domain: domain) }
    }

    var routingKey: RoutingKey { pattern.key }
    var entry: RuleEntry { .rule(pattern, rule) }
    var stored: StoredEntry { StoredEntry(key: key, attributes: attributes, entry: entry) }
}

/// A verdict on a sender as it stands in the table.
struct SenderRow: Equatable {
    let item: Item
    let pattern: SenderPattern
    let verdict: SenderVerdict

    /// nil where the key is no pattern of senders, or the verdict cannot be read.
    init?(_ item: Item) {
        let name = item.pk.utf8.dropFirst(SenderVerdict.keyPrefix.utf8.count)
        guard item.sk == RuleRow.sortKey,
            let pattern = SenderPattern(String(decoding: name, as: UTF8.self)),
            let verdict = SenderVerdict(item.plain), item.pk == pattern.key
        else { return nil }
        self.item = item
        self.pattern = pattern
        self.verdict = verdict
    }

    var entry: RuleEntry { .sender(pattern, verdict) }
    var stored: StoredEntry {
        StoredEntry(key: RuleRow.key(pattern.key), attributes: item, entry: entry)
    }
}

/// All rows of the table about routing.
struct StoredRules {
    /// In the order of their keys' bytes.
    let items: [Item]
    /// Rules in rows of their own, and those in lists of patterns.
    let rules: [RuleRow]
    let senders: [SenderRow]
    /// The rows in which something cannot be read: a list of patterns, or a verdict.
    let unreadable: [(pk: String, reason: String)]

    static let keyPrefixes = ["ROUTE#", PatternList.keyPrefix, SenderVerdict.keyPrefix]

    init(_ items: [Item]) {
        self.items = items.sorted { $0.pk.utf8.lexicographicallyPrecedes($1.pk.utf8) }
        rules = self.items.flatMap(RuleRow.rules)
        senders = self.items.compactMap(SenderRow.init)
        unreadable = self.items.compactMap { item in
            StoredRules.problem(of: item).map { (item.pk, $0) }
        }
    }

    /// The reason why a row of patterns, or of a sender, is not read; nil where it is.
    private static func problem(of item: Item) -> String? {
        if item.pk.hasPrefix(ignoringASCIICase: "ROUTE#") { return nil }
        if item.sk != RuleRow.sortKey {
            return "its sort key is not \(RuleRow.sortKey), so it is never read"
        }
        if item.pk.hasPrefix(ignoringASCIICase: SenderVerdict.keyPrefix) {
            if SenderRow(item) != nil { return nil }
            return SenderVerdict(item.plain) == nil
                ? "its verdict is neither block nor allow"
                : "its key is no address and no *@domain in lower case, so it is never read"
        }
        do {
            _ = try PatternList(pk: item.pk, attributes: item.plain)
            return nil
        } catch {
            return "\(error)"
        }
    }

    var entries: [StoredEntry] { rules.map(\.stored) + senders.map(\.stored) }

    /// The entries that the router looks up.
    var lookedUp: [StoredEntry] { entries.filter { $0.key.sk == RuleRow.sortKey } }
}

extension Item {
    var pk: String { self["PK"]?.string ?? "" }
    var sk: String { self["SK"]?.string ?? "" }
    /// The row as the router reads it.
    var tableRow: RoutingTable.Row { (pk, plain) }
}
