internal import AWS
internal import Mail

/// The conditional write of one row.
enum RuleWrite {
    case update(key: Item, DynamoDB.Expression, if: DynamoDB.Expression)
    case delete(key: Item, if: DynamoDB.Expression)

    static func changedMeanwhile(_ subject: String) -> Failure {
        Failure(
            .failed,
            "\(subject) was changed by somebody else meanwhile, and stays as it is now. Look at it "
                + "again, and repeat the command.")
    }

    /// The part of a transaction; nil for a deletion.
    var update: DynamoDB.Write? {
        guard case .update(let key, let update, let condition) = self else { return nil }
        return .update(key: key, update, if: condition)
    }

    /// The change of an entry with a row of its own. Only attributes that differ are written.
    init(_ change: RuleChange, now: String) {
        let names = change.entry.attributeNames + ["updated_at"]
        let condition = Self.isUnchanged(change.old?.attributes, names)
        self =
            change.new == nil
            ? .delete(key: change.key, if: condition)
            : .update(
                key: change.key,
                Self.setting(change.entry.identity, change.assignments, now: now), if: condition)
    }

    /// The change of a domain's list of patterns: one without entries is deleted.
    init(_ list: StoredPatterns, key: Item, now: String) {
        let condition = Self.isUnchanged(list.row, ["patterns"])
        let entries = AttributeValue.list(list.entries)
        self =
            list.entries.isEmpty
            ? .delete(key: key, if: condition)
            : .update(
                key: key,
                Self.setting(
                    ["entity_type": .string("PATTERNS")], [("patterns", entries)], now: now),
                if: condition)
    }

    private static func setting(
        _ identity: Item, _ assignments: [(name: String, value: AttributeValue?)], now: String
    ) -> DynamoDB.Expression {
        var sets = ["created_at = if_not_exists(created_at, :now)", "updated_at = :now"]
        var removals: [String] = []
        var names: [String: String] = [:]
        var values: Item = [":now": .string(now)]
        for (name, value) in identity.sorted(by: { $0.key < $1.key }).map({ ($0, Optional($1)) })
            + assignments
        {
            names["#\(name)"] = name
            guard let value else {
                removals.append("#\(name)")
                continue
            }
            sets.append("#\(name) = :\(name)")
            values[":\(name)"] = value
        }
        return DynamoDB.Expression(
            "SET \(sets.joined(separator: ", "))"
                + (removals.isEmpty ? "" : " REMOVE \(removals.joined(separator: ", "))"),
            names: names, values: values)
    }

    /// The condition that these attributes of the row are as they were read, or that there is still
    /// no row.
    private static func isUnchanged(_ row: Item?, _ attributes: [String]) -> DynamoDB.Expression {
        guard let row else { return DynamoDB.Expression("attribute_not_exists(PK)") }
        var conditions = ["attribute_exists(PK)"]
        var names: [String: String] = [:]
        var values: Item = [:]
        for name in attributes {
            names["#old_\(name)"] = name
            guard let value = row[name] else {
                conditions.append("attribute_not_exists(#old_\(name))")
                continue
            }
            conditions.append("#old_\(name) = :old_\(name)")
            values[":old_\(name)"] = value
        }
        return DynamoDB.Expression(
            conditions.joined(separator: " AND "), names: names, values: values)
    }
}

/// The list of patterns of a domain, as it was read and as it is to be written.
struct StoredPatterns {
    /// As it was read; nil where there is none.
    let row: Item?
    private(set) var entries: [AttributeValue]
    private let isReadable: Bool

    init(_ row: Item?) {
        self.row = row
        if case .list(let entries)? = row?["patterns"] {
            self.entries = entries
            isReadable = true
        } else {
            entries = []
            isReadable = row?["patterns"] == nil
        }
    }

    /// A new pattern comes last, and a moved one; a changed one keeps its place. The attributes
    /// that no rule has stay.
    /// - Throws: where somebody else has changed the entry, or the list is full or unreadable.
    mutating func make(_ change: RuleChange) throws {
        let name = change.entry.name
        guard isReadable else {
            throw Failure(
                .failed,
                "The row of the patterns for \(name) has no list of patterns, so nothing was "
                    + "changed. Mend its attribute patterns with the AWS CLI.")
        }
        let index = entries.firstIndex { Self.pattern(of: $0) == name }
        var attributes: Item = ["pattern": .string(name)]
        if let index, case .map(let current) = entries[index] { attributes = current }
        guard (index == nil ? nil : attributes) == change.old?.attributes else {
            throw RuleWrite.changedMeanwhile("The rule for \(name)")
        }
        for (name, value) in change.assignments { attributes[name] = value }
        switch (index, change) {
        case (let index?, .replace): entries[index] = .map(attributes)
        case (let index?, .move):
            entries.remove(at: index)
            entries.append(.map(attributes))
        case (let index?, _): entries.remove(at: index)
        case (nil, _): entries.append(.map(attributes))
        }
        guard entries.count <= PatternList.maximumPatterns || change.new == nil else {
            throw Failure(
                .failed,
                "There are \(PatternList.maximumPatterns) patterns for this domain already, and no "
                    + "more are taken. Remove one, or use one pattern for several of them.")
        }
    }

    private static func pattern(of entry: AttributeValue) -> String? {
        guard case .map(let attributes) = entry else { return nil }
        return attributes["pattern"]?.string.flatMap(AddressPattern.init)?.text
    }
}
