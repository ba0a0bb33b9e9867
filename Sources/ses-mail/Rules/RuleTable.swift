internal import AWS
internal import Mail

/// The rules in the table, and the changes of them. A change is written only where the entry is
/// still as it was read, so that nobody else's change is overwritten.
struct RuleTable {
    private let database: DynamoDB

    private let followUp: FollowUp

    init(_ deployment: Deployment) {
        database = deployment.database
        followUp = deployment.followUp
    }

    /// All rows about routing.
    func all() throws(AWSError) -> StoredRules {
        StoredRules(try database.rows(partitionPrefixes: StoredRules.keyPrefixes))
    }

    func find(_ pattern: RulePattern) throws(AWSError) -> RuleRow? {
        guard let item = try database.getItem(key: pattern.rowKey) else { return nil }
        return RuleRow.rules(of: item).first { $0.pattern == pattern }
    }

    func find(_ sender: SenderPattern) throws -> SenderRow? {
        guard let item = try database.getItem(key: RuleRow.key(sender.key)) else { return nil }
        guard let row = SenderRow(item) else {
            throw Failure(
                .failed,
                "The row \(sender.key) cannot be read: its verdict is neither block nor allow. "
                    + "Delete it in the table first.")
        }
        return row
    }

    func find(keys: [String]) throws(AWSError) -> [Item] {
        try database.batchGetItem(partitionKeys: keys, sortKey: RuleRow.sortKey)
    }

    /// The first of the spellings that has a rule.
    func find(firstOf patterns: [RulePattern]) throws(AWSError) -> RuleRow? {
        for pattern in patterns {
            if let row = try find(pattern) { return row }
        }
        return nil
    }

    /// A rule that must exist.
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
            guard let item = try database.getItem(key: change.key) else { return change.new == nil }
            let entries = StoredRules([item]).entries.map(\.entry)
            return entries.first { $0.name == change.entry.name } == change.new
        }
        try RuleWrite.changedMeanwhile("The rule for \(change.entry.name)").unless(isWanted) {
            for write in try writes(of: [change], now: now) {
                switch write {
                case .update(let key, let update, let condition):
                    try database.updateItem(key: key, update, if: condition)
                case .delete(let key, let condition):
                    try database.deleteItem(key: key, if: condition)
                }
            }
        }
    }

    /// Writes a hundred rows at a time, all of them or none; removals come last, one by one.
    /// - Parameter tell: receives the number of changes made so far, after each step.
    func write(all changes: [RuleChange], now: String, tell: (Int) -> Void) throws {
        let kept = changes.filter { $0.new != nil }
        // All patterns of a domain are one row.
        let rows = Dictionary(grouping: kept.indices) { index in
            RoutingKey(pk: kept[index].key.pk)
        }.values.sorted { $0[0] < $1[0] }.map { indices in indices.map { kept[$0] } }
        var count = 0
        for start in stride(from: 0, to: rows.count, by: 100) {
            let step = rows[start..<min(start + 100, rows.count)].flatMap { $0 }
            // Repeated after a lost answer, the same transaction is not made again.
            let token = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }
            try RuleWrite.changedMeanwhile("A rule").unlessConditionHolds {
                let updates = try writes(of: step, now: now).compactMap(\.update)
                try database.transact(updates, token: token.joined())
            }
            count += step.count
            tell(count)
        }
        for change in changes where change.new == nil {
            try write(change, now: now)
            count += 1
            tell(count)
        }
    }

    /// The writes that make the changes, one a row. Lists of patterns are read anew: only the
    /// entries that change must be as they were.
    private func writes(of changes: [RuleChange], now: String) throws -> [RuleWrite] {
        var writes: [RuleWrite] = []
        var lists: [(key: Item, list: StoredPatterns)] = []
        for change in changes {
            guard change.entry.standsInList else {
                writes.append(RuleWrite(change, now: now))
                continue
            }
            let index = lists.firstIndex { $0.key == change.key } ?? lists.endIndex
            if index == lists.endIndex {
                let row = try database.getItem(key: change.key)
                lists.append((change.key, StoredPatterns(row)))
            }
            try lists[index].list.make(change)
        }
        return writes + lists.map { RuleWrite($0.list, key: $0.key, now: now) }
    }
}
