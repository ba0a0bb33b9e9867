internal import AWS
internal import Mail

/// The row of a rule in the table.
struct RuleRow: Equatable {
    let item: Item

    static let sortKey = "RULE#v1"

    static func key(_ pk: String) -> Item { ["PK": .string(pk), "SK": .string(sortKey)] }

    private static let prefix = "ROUTE#"

    var pk: String { item["PK"]?.string ?? "" }
    var sk: String { item["SK"]?.string ?? "" }
    var routingKey: RoutingKey { RoutingKey(pk: pk) }
    /// The text after `ROUTE#`. The key decides, whatever `recipient` says.
    var pattern: String {
        String(decoding: pk.utf8.dropFirst(RuleRow.prefix.utf8.count), as: UTF8.self)
    }

    var asPattern: RulePattern { RulePattern(stored: pattern) }

    /// As the router reads the row.
    var tableRow: RoutingTable.Row { (pk, item.plain) }
    var rule: RoutingRule { RoutingRule(pk: pk, attributes: item.plain) }

    /// The attributes that an operator decides on, without keys and times.
    var content: RuleContent {
        RuleContent(
            action: item["action"]?.string ?? "", target: item["target"]?.string ?? "",
            isEnabled: rule.isEnabled, description: item["description"]?.string ?? "")
    }
}

/// The rules in the table, and the changes of them. A change is written only where the row is still
/// as it was read, so that nobody else's change is overwritten.
struct RuleTable {
    private let database: DynamoDB

    private let followUp: FollowUp

    init(_ deployment: Deployment) {
        database = deployment.database
        followUp = deployment.followUp
    }

    /// All rows under `ROUTE#…`, in the order of their keys' bytes.
    func all() throws(AWSError) -> [RuleRow] {
        try database.rows(partitionPrefix: "ROUTE#").map { RuleRow(item: $0) }
            .sorted { $0.pk.utf8.lexicographicallyPrecedes($1.pk.utf8) }
    }

    func find(_ pattern: RulePattern) throws(AWSError) -> RuleRow? {
        try database.getItem(key: RuleRow.key(pattern.pk)).map { RuleRow(item: $0) }
    }

    func find(keys: [String]) throws(AWSError) -> [RuleRow] {
        try database.batchGetItem(partitionKeys: keys, sortKey: RuleRow.sortKey)
            .map { RuleRow(item: $0) }
    }

    /// The first of the spellings that has a row.
    func find(firstOf patterns: [RulePattern]) throws(AWSError) -> RuleRow? {
        for pattern in patterns {
            if let row = try find(pattern) { return row }
        }
        return nil
    }

    /// The row of a rule that must exist.
    func existing(_ name: RuleName) throws -> RuleRow {
        guard let row = try find(firstOf: name.spellings) else {
            throw missing(name.folded.text)
        }
        return row
    }

    func missing(_ pattern: String) -> Failure {
        Failure(
            .notFound,
            "There is no rule for \(pattern). See which there are with: "
                + followUp.command("rules list"))
    }

    func write(_ change: RuleChange, now: String) throws {
        let isWanted = {
            let row = try database.getItem(key: change.key).map { RuleRow(item: $0) }
            return row?.content == change.new
        }
        try changedMeanwhile("The rule for \(change.pattern)").unless(isWanted) {
            switch change {
            case .remove(let row):
                try database.deleteItem(key: change.key, if: Self.isUnchanged(row))
            case .add, .replace:
                try database.updateItem(
                    key: change.key, Self.setting(change, now: now),
                    if: Self.isUnchanged(change.old))
            }
        }
    }

    /// Writes a hundred changes at a time, all of them or none; removals come last, one by one.
    /// - Parameter tell: receives the number of changes made so far, after each step.
    func write(all changes: [RuleChange], now: String, tell: (Int) -> Void) throws {
        let writes = changes.filter { $0.new != nil }
        for start in stride(from: 0, to: writes.count, by: 100) {
            let end = min(start + 100, writes.count)
            // Repeated after a lost answer, the same transaction is not made again.
            let token = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }
            try changedMeanwhile("A rule").unlessConditionHolds {
                try database.transact(
                    writes[start..<end].map { change in
                        .update(
                            key: change.key, Self.setting(change, now: now),
                            if: Self.isUnchanged(change.old))
                    }, token: token.joined())
            }
            tell(end)
        }
        let removals = changes.filter { $0.new == nil }
        for (index, change) in removals.enumerated() {
            try write(change, now: now)
            tell(writes.count + index + 1)
        }
    }

    private func changedMeanwhile(_ subject: String) -> Failure {
        Failure(
            .failed,
            "\(subject) was changed by somebody else meanwhile, and stays as it is now. Look at it "
                + "again, and repeat the command.")
    }

    /// Sets all attributes of a rule; other attributes of a row stay as they are.
    private static func setting(_ change: RuleChange, now: String) -> DynamoDB.Expression {
        guard let new = change.new else { preconditionFailure("a removal sets nothing") }
        return DynamoDB.Expression(
            "SET entity_type = :entity, recipient = :recipient, #action = :action, "
                + "target = :target, enabled = :enabled, description = :description, "
                + "created_at = if_not_exists(created_at, :now), updated_at = :now",
            names: ["#action": "action"],
            values: [
                ":entity": .string("ROUTE"), ":recipient": .string(change.pattern.text),
                ":action": .string(new.action), ":target": .string(new.target),
                ":enabled": .bool(new.isEnabled), ":description": .string(new.description),
                ":now": .string(now),
            ])
    }

    /// The condition that the row is as it was read, or still absent.
    private static func isUnchanged(_ row: RuleRow?) -> DynamoDB.Expression {
        guard let row else { return DynamoDB.Expression("attribute_not_exists(PK)") }
        var conditions = ["attribute_exists(PK)"]
        var names: [String: String] = [:]
        var values: Item = [:]
        for name in ["action", "target", "enabled", "description", "updated_at"] {
            names["#old_\(name)"] = name
            switch row.item[name] {
            case nil: conditions.append("attribute_not_exists(#old_\(name))")
            case .other?: names["#old_\(name)"] = nil
            case let value?:
                conditions.append("#old_\(name) = :old_\(name)")
                values[":old_\(name)"] = value
            }
        }
        return DynamoDB.Expression(
            conditions.joined(separator: " AND "), names: names, values: values)
    }
}
