internal import HTTP
internal import JSON

extension DynamoDB {
    /// All rows whose partition key begins so, in no order (a consistent `Scan`, which reads the
    /// whole table: for a person's commands, never for a mail).
    package func scan(partitionPrefix: String) throws(AWSError) -> [Item] {
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
