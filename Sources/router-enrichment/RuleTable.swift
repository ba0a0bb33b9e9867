internal import AWS
internal import Mail

/// Which rules stand in the table under these keys?
struct RuleTable {
    private let database: DynamoDB

    init(_ database: DynamoDB) {
        self.database = database
    }

    /// All rules that exist under `keys` (`ROUTE#…`), in one `BatchGetItem` a hundred keys.
    func findRules(keys: [String]) throws(AWSError) -> [RoutingRule] {
        try database.batchGetItem(partitionKeys: keys, sortKey: "RULE#v1")
            .compactMap(RoutingRule.init)
    }
}

extension RoutingRule {
    /// The row as an administrator wrote it; one without `enabled` is enabled.
    init?(_ row: Item) {
        guard let key = row["PK"]?.string else { return nil }
        self.init(
            pk: key, action: Action(row["action"]?.string ?? ""), target: row["target"]?.string,
            isEnabled: row["enabled"]?.bool ?? true, description: row["description"]?.string)
    }
}
