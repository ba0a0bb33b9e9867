internal import AWS
internal import JSON
internal import Mail

/// The rows that may decide a mail: rules, patterns and senders.
struct RuleTable {
    private let database: DynamoDB

    init(_ database: DynamoDB) {
        self.database = database
    }

    /// Reads all rows that exist under these keys, with one `BatchGetItem` for each hundred keys.
    func findRows(keys: [String]) throws(AWSError) -> [RoutingTable.Row] {
        try database.batchGetItem(partitionKeys: keys, sortKey: "RULE#v1").compactMap { item in
            item["PK"]?.string.map { ($0, item.plain) }
        }
    }
}
