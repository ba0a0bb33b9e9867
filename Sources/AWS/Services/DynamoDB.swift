package import HTTP
internal import JSON
internal import Text

/// The calls that we make of one table
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/).
package struct DynamoDB {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }
    package let table: String
    package let pacing: Pacing

    package init(_ session: AWSSession, table: String) {
        json = JSONProtocol(
            session, "DynamoDB", host: "dynamodb", variable: "DYNAMODB",
            targetPrefix: "DynamoDB_20120810", version: .v1_0)
        self.table = table
        pacing = session.pacing
    }

    /// `BatchGetItem` takes 100 keys a call and refuses duplicates.
    package static let batchLimit = 100

    /// The rows that exist under these distinct values of `PK` and one of `SK`, in no order. Keys
    /// that DynamoDB leaves unprocessed are asked for again; if some are left then, that is an
    /// error, since their rows may exist.
    package func batchGetItem(
        partitionKeys: [String], sortKey: String
    ) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        let sortKey: JSONValue = ["S": .string(sortKey)]
        var start = 0
        while start < partitionKeys.count {
            let end = min(start + DynamoDB.batchLimit, partitionKeys.count)
            let chunk: [JSONValue] = partitionKeys[start..<end].map {
                ["PK": ["S": .string($0)], "SK": sortKey]
            }
            rows += try batchGetItem(chunk: .array(chunk))
            start = end
        }
        return rows
    }

    private func batchGetItem(chunk: JSONValue) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        var pending = chunk
        var attempt = 1
        while true {
            let answer = try json.call("BatchGetItem", ["RequestItems": [table: ["Keys": pending]]])
            // A document without its answers would otherwise read as "no such row".
            guard let responses = answer["Responses"], responses.members != nil else {
                throw answer.missing("Responses")
            }
            rows += (responses[table]?.array ?? []).map { Item($0) }
            pending = answer["UnprocessedKeys"]?[table]?["Keys"] ?? []
            if pending == [] { return rows }
            guard attempt < 4, pacing.secondsLeft() > 1 else {
                throw .incomplete(answer.call, leftOver: pending.array?.count ?? 0)
            }
            pacing.sleep(0.05 * Double(1 << attempt) * pacing.random())
            attempt += 1
        }
    }

    /// The row as it is now (a consistent read), or nil.
    package func getItem(key: Item) throws(AWSError) -> Item? {
        let answer = try json.call(
            "GetItem", ["TableName": .string(table), "Key": key.json, "ConsistentRead": true])
        // DynamoDB leaves the row out where there is none. Another document is no such answer.
        guard let row = answer["Item"] else {
            guard answer.document.members?.allSatisfy({ $0.name == "ConsumedCapacity" }) == true
            else { throw answer.missing("Item") }
            return nil
        }
        guard row.members != nil else { throw answer.missing("Item") }
        return Item(row)
    }

    /// Writes the whole row where `condition` holds; see `isConditionalCheckFailed`.
    package func putItem(_ item: Item, if condition: Expression? = nil) throws(AWSError) {
        try write("PutItem", change("Item", item, condition))
    }

    /// The outcome of a conditional write.
    package enum PutOutcome: Equatable, Sendable {
        case written
        /// The condition did not hold for this row, which is as it was.
        case refused(by: Item)
    }

    /// Writes the whole row where `condition` holds, and otherwise returns the row that is there.
    /// - Throws: `isConditionalCheckFailed` if DynamoDB refuses without showing that row.
    package func putItem(
        _ item: Item, orReadWhereNot condition: Expression
    ) throws(AWSError) -> PutOutcome {
        let input = change("Item", item, condition).members ?? []
        do {
            try write(
                "PutItem",
                .object(input + [.init("ReturnValuesOnConditionCheckFailure", "ALL_OLD")]))
        } catch {
            guard error.isConditionalCheckFailed, case .refused(_, let refusal) = error,
                let row = refusal.item
            else { throw error }
            return .refused(by: Item(row))
        }
        return .written
    }

    /// Deletes the row where `condition` holds; see `isConditionalCheckFailed`.
    package func deleteItem(key: Item, if condition: Expression? = nil) throws(AWSError) {
        try write("DeleteItem", change("Key", key, condition))
    }

    /// Makes a change.
    func write(_ operation: String, _ input: JSONValue) throws(AWSError) {
        let answer = try json.call(operation, input)
        // The success of another server would otherwise count as a write.
        guard answer.document.members != nil else {
            throw .undecodable(answer.call, reason: "it is no JSON object")
        }
    }

    func change(_ subject: String, _ item: Item, _ condition: Expression?) -> JSONValue {
        .object(
            [
                JSONValue.Member("TableName", .string(table)), JSONValue.Member(subject, item.json),
            ] + (condition?.members(as: "ConditionExpression") ?? []))
    }
}

extension AWSError {
    /// Whether a row was not as its condition demands.
    package var isConditionalCheckFailed: Bool {
        guard case .refused(_, let refusal) = self else { return false }
        return refusal.code == "ConditionalCheckFailedException"
            // The message lists a reason for each part. A conflict with another writer is not a
            // condition.
            || refusal.code == "TransactionCanceledException"
                && refusal.message.containsBytes(of: "ConditionalCheckFailed")
    }
}
