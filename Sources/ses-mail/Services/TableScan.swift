internal import AWS
internal import HTTP
internal import JSON

/// Which rows of a table are of one kind?
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html)
struct TableScan {
    private let json: JSONService
    private let table: String

    init(_ session: AWSSession, table: String) {
        json = JSONService(
            client: session.client(signingName: "dynamodb"),
            endpoint: session.endpointOverride("DYNAMODB")
                ?? "https://dynamodb.\(session.region).amazonaws.com",
            name: "DynamoDB", targetPrefix: "DynamoDB_20120810", version: "1.0")
        self.table = table
    }

    /// All rows whose partition key begins so, in no order (a consistent `Scan`, which reads the
    /// whole table: for a person's commands, never for a mail).
    func rows(partitionPrefix: String) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        var start: JSONValue?
        // A page holds a megabyte.
        for _ in 0..<10_000 {
            var question: [JSONValue.Member] = [
                .init("TableName", .string(table)), .init("ConsistentRead", true),
                .init("FilterExpression", "begins_with(PK, :prefix)"),
                .init(
                    "ExpressionAttributeValues",
                    [":prefix": ["S": .string(partitionPrefix)]]),
            ]
            if let start { question.append(.init("ExclusiveStartKey", start)) }
            let answer = try json.call("Scan", .object(question))
            rows += (answer["Items"]?.array ?? []).map { Item($0) }
            start = answer["LastEvaluatedKey"]
            if start == nil { return rows }
        }
        throw .undecodable(CallName("DynamoDB", "Scan"), reason: "the list does not end")
    }
}
