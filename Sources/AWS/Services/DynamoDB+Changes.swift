package import JSON

/// Changes of parts of rows, and of several rows at once.
extension DynamoDB {
    /// One part of a transaction.
    package enum Write {
        case put(Item)
        case update(key: Item, Expression, if: Expression)
    }

    /// Changes the row where `condition` holds; see `isConditionalCheckFailed`. Without a condition
    /// a row that is not there would be made.
    package func updateItem(key: Item, _ update: Expression, if condition: Expression)
        throws(AWSError)
    {
        try write("UpdateItem", updating(key, update, condition))
    }

    /// All or none; see `isConditionalCheckFailed` (`TransactWriteItems`).
    /// - Parameter token: within ten minutes the same writes with the same token are made once.
    package func transact(_ writes: [Write], token: String? = nil) throws(AWSError) {
        let items: [JSONValue] = writes.map { write in
            switch write {
            case .put(let item): ["Put": change("Item", item, nil)]
            case .update(let key, let update, let condition):
                ["Update": updating(key, update, condition)]
            }
        }
        var input = [JSONValue.Member("TransactItems", .array(items))]
        if let token { input.append(.init("ClientRequestToken", .string(token))) }
        try write("TransactWriteItems", .object(input))
    }

    /// All rows of a partition whose sort key begins so, in its order (a consistent `Query`).
    /// - Parameter sortKeyPrefix: nil for all rows of the partition.
    package func rows(
        partition: String, sortKeyPrefix: String? = nil
    ) throws(AWSError) -> [Item] {
        var condition = "PK = :partition"
        var values = [JSONValue.Member(":partition", ["S": .string(partition)])]
        if let sortKeyPrefix {
            condition += " AND begins_with(SK, :prefix)"
            values.append(.init(":prefix", ["S": .string(sortKeyPrefix)]))
        }
        let question: [JSONValue.Member] = [
            .init("TableName", .string(table)), .init("ConsistentRead", true),
            .init("KeyConditionExpression", .string(condition)),
            .init("ExpressionAttributeValues", .object(values)),
        ]
        let pages = try json.pages(
            "Query", question, token: ("ExclusiveStartKey", "LastEvaluatedKey")
        ).all()
        return try DynamoDB.rows(of: pages)
    }

    /// The rows of pages. A document without its rows would otherwise read as "no such rows".
    package static func rows(of pages: [AWSAnswer<JSONValue>]) throws(AWSError) -> [Item] {
        var rows: [Item] = []
        for page in pages {
            guard let items = page["Items"]?.array else { throw page.missing("Items") }
            rows += items.map { Item($0) }
        }
        return rows
    }

    private func updating(
        _ key: Item, _ update: Expression, _ condition: Expression
    ) -> JSONValue {
        let whole = Expression(
            condition.text, names: update.names.merging(condition.names) { $1 },
            values: update.values.merging(condition.values) { $1 })
        return .object(
            [
                JSONValue.Member("TableName", .string(table)),
                JSONValue.Member("Key", key.json),
                JSONValue.Member("UpdateExpression", .string(update.text)),
            ] + whole.members(as: "ConditionExpression"))
    }
}
