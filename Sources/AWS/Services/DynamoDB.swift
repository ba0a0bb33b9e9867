internal import HTTP

/// The calls that we make of one table
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/).
package struct DynamoDB {
    private let json: JSONProtocol
    private let table: String
    private let pacing: Pacing

    package init(_ session: AWSSession, table: String) {
        json = JSONProtocol(
            session.client(signingName: "dynamodb"),
            endpoint: session.endpointOverride("DYNAMODB")
                ?? "https://dynamodb.\(session.region).amazonaws.com",
            service: "DynamoDB", targetPrefix: "DynamoDB_20120810", version: .v1_0)
        self.table = table
        pacing = session.pacing
    }

    /// `BatchGetItem` takes 100 keys a call and refuses duplicates.
    package static let batchLimit = 100

    /// The rows that exist among `keys` (distinct), in no order. Keys that DynamoDB leaves
    /// unprocessed are asked for again; what is left then is an error, never "no such row".
    package func batchGetItem(keys: [Item]) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        var start = 0
        while start < keys.count {
            let end = min(start + DynamoDB.batchLimit, keys.count)
            rows += try batchGetItem(chunk: Array(keys[start..<end]))
            start = end
        }
        return rows
    }

    private func batchGetItem(chunk: [Item]) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        var pending = chunk
        for attempt in 0..<4 {
            if attempt > 0 { pacing.sleep(0.05 * Double(1 << attempt) * pacing.random()) }
            let answer: BatchAnswer = try json.call(
                "BatchGetItem", BatchQuestion(requestItems: [table: .init(keys: pending)]))
            rows += answer.responses?[table] ?? []
            pending = answer.unprocessedKeys?[table]?.keys ?? []
            if pending.isEmpty { return rows }
            guard pacing.secondsLeft() > 1 else { break }
        }
        throw .incomplete(CallName("DynamoDB", "BatchGetItem"), leftOver: pending.count)
    }

    /// The row as it is now (a consistent read), or nil.
    package func getItem(key: Item) throws(AWSError) -> Item? {
        struct Question: Encodable {
            let table: String
            let key: Item
            let consistent = true

            enum CodingKeys: String, CodingKey {
                case table = "TableName"
                case key = "Key"
                case consistent = "ConsistentRead"
            }
        }
        struct Answer: Decodable {
            let item: Item?

            enum CodingKeys: String, CodingKey { case item = "Item" }
        }
        let answer: Answer = try json.call("GetItem", Question(table: table, key: key))
        return answer.item
    }

    /// Writes the whole row where `condition` holds, else throws `ConditionalCheckFailedException`.
    package func putItem(_ item: Item, if condition: Condition? = nil) throws(AWSError) {
        let _: Ignored = try json.call(
            "PutItem", Change(table: table, item: item, condition: condition))
    }

    /// Deletes the row where `condition` holds, else throws `ConditionalCheckFailedException`.
    package func deleteItem(key: Item, if condition: Condition? = nil) throws(AWSError) {
        let _: Ignored = try json.call(
            "DeleteItem", Change(table: table, key: key, condition: condition))
    }

    /// A condition expression with its `#names` and `:values`.
    package struct Condition {
        package let expression: String
        package let names: [String: String]
        package let values: Item

        package init(_ expression: String, names: [String: String] = [:], values: Item = [:]) {
            self.expression = expression
            self.names = names
            self.values = values
        }
    }
}

extension AWSError {
    /// Whether the row was not as the condition demands.
    package var isConditionalCheckFailed: Bool { code == "ConditionalCheckFailedException" }
}

private struct BatchQuestion: Encodable {
    let requestItems: [String: BatchKeys]

    enum CodingKeys: String, CodingKey { case requestItems = "RequestItems" }
}

private struct BatchKeys: Codable {
    let keys: [Item]

    enum CodingKeys: String, CodingKey { case keys = "Keys" }
}

private struct BatchAnswer: Decodable {
    let responses: [String: [Item]]?
    let unprocessedKeys: [String: BatchKeys]?

    enum CodingKeys: String, CodingKey {
        case responses = "Responses"
        case unprocessedKeys = "UnprocessedKeys"
    }
}

private struct Change: Encodable {
    let table: String
    let item: Item?
    let key: Item?
    let condition: String?
    let names: [String: String]?
    let values: Item?

    init(table: String, item: Item? = nil, key: Item? = nil, condition: DynamoDB.Condition?) {
        self.table = table
        self.item = item
        self.key = key
        self.condition = condition?.expression
        // Empty maps are refused: "must not be empty".
        names = condition.flatMap { $0.names.isEmpty ? nil : $0.names }
        values = condition.flatMap { $0.values.isEmpty ? nil : $0.values }
    }

    enum CodingKeys: String, CodingKey {
        case table = "TableName"
        case item = "Item"
        case key = "Key"
        case condition = "ConditionExpression"
        case names = "ExpressionAttributeNames"
        case values = "ExpressionAttributeValues"
    }
}
