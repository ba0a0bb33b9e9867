internal import AWS
internal import JSON
internal import Mail

/// The change of one entry of the rules.
enum RuleChange: Equatable {
    case add(RuleEntry)
    case replace(StoredEntry, RuleEntry)
    /// Like `replace`, but the entry becomes the last of its list of patterns.
    case move(StoredEntry, RuleEntry)
    case remove(StoredEntry)

    /// The change of an entry to a new one; nil where the table says it already.
    init?(from old: StoredEntry?, to new: RuleEntry) {
        guard let old else {
            self = .add(new)
            return
        }
        guard old.entry != new else { return nil }
        self = .replace(old, new)
    }

    /// The changes that make the table say these entries.
    /// - Parameter prunes: whether to delete all others.
    static func all(
        from rules: StoredRules, to entries: [RuleEntry], prunes: Bool
    ) -> [RuleChange] {
        let stored = rules.lookedUp
        let old = Dictionary(
            stored.map { ($0.entry.fileKey, $0) }, uniquingKeysWith: { first, _ in first })
        let rearranged = rearrangedLists(from: stored.map(\.entry), to: entries)
        let changes = entries.compactMap { entry -> RuleChange? in
            let old = old[entry.fileKey]
            if let old, let domain = entry.listDomain, rearranged.contains(domain) {
                return .move(old, entry)
            }
            return RuleChange(from: old, to: entry)
        }
        guard prunes else { return changes }
        let kept = Set(entries.map(\.fileKey))
        return changes + stored.filter { !kept.contains($0.entry.fileKey) }.map { .remove($0) }
    }

    /// The domains whose lists would have another order than the entries, if each pattern kept its
    /// place and new ones came last.
    private static func rearrangedLists(
        from stored: [RuleEntry], to entries: [RuleEntry]
    ) -> Set<String> {
        func lists(_ entries: [RuleEntry]) -> [String: [RoutingKey]] {
            Dictionary(grouping: entries) { $0.listDomain ?? "" }
                .mapValues { $0.map(\.fileKey) }
        }
        let before = lists(stored)
        return Set(
            lists(entries).filter { domain, wanted in
                let (old, isWanted) = (before[domain] ?? [], Set(wanted))
                let isOld = Set(old)
                return old.filter(isWanted.contains) + wanted.filter { !isOld.contains($0) }
                    != wanted
            }.keys)
    }

    /// The entry as it will be, or as it was where it is removed.
    var entry: RuleEntry {
        switch self {
        case .add(let entry), .replace(_, let entry), .move(_, let entry): entry
        case .remove(let old): old.entry
        }
    }

    var old: StoredEntry? {
        switch self {
        case .add: nil
        case .replace(let old, _), .move(let old, _), .remove(let old): old
        }
    }

    var new: RuleEntry? {
        switch self {
        case .add(let entry), .replace(_, let entry), .move(_, let entry): entry
        case .remove: nil
        }
    }

    /// Of the row that is changed.
    var key: Item { old?.key ?? entry.rowKey }

    /// The attributes that differ, nil for one that goes. One that the entry does not have, and one
    /// that is wrong and was not replaced, stay as they are.
    var assignments: [(name: String, value: AttributeValue?)] {
        guard let new else { return [] }
        let before = old?.attributes ?? [:]
        let wrong = new.problems.map(\.attribute)
        return new.attributeNames.filter { !wrong.contains($0) }.compactMap { name in
            let value = new.attribute(name)
            if value == before[name]?.plain { return nil }
            return (name, value.map { AttributeValue(plain: $0) })
        }
    }

    /// `~ support@example.com  bounce → store`
    var cells: [String] {
        switch self {
        case .add(let entry): ["+", entry.name, entry.detail]
        case .replace(let old, let entry):
            ["~", entry.name, "\(old.entry.detail) → \(entry.detail)"]
        case .move(let old, let entry):
            [
                "~", entry.name,
                old.entry == entry
                    ? "\(entry.detail), at another place in its list"
                    : "\(old.entry.detail) → \(entry.detail), at another place in its list",
            ]
        case .remove(let old): ["-", old.entry.name, old.entry.detail]
        }
    }

    /// The colour of the change in a table.
    var severity: Severity {
        switch self {
        case .add: .ok
        case .replace, .move: .warning
        case .remove: .error
        }
    }

    var json: JSONValue { json(warnings: []) }

    func json(warnings: [String]) -> JSONValue {
        let subject = entry.json.members?.prefix(1) ?? []
        var members: [JSONValue.Member] =
            subject + [
                .init("before", old.map { $0.entry.attributes } ?? .null),
                .init("after", new.map(\.attributes) ?? .null),
            ]
        if !warnings.isEmpty {
            members.append(.init("warnings", warnings.json))
        }
        return .object(members)
    }
}
