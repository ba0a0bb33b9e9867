package import HTTP
package import JSON

/// The rows of one DynamoDB table, keyed by `PK` and `SK`, and the service's answers to calls about
/// them: conditions and updates are evaluated, so that what a writer may overwrite is decided here
/// as the service decides it.
package struct TableRows: Sendable {
    package typealias Row = [String: JSONValue]

    /// Compared as bytes: texts that Swift calls equal may be two keys.
    package struct Key: Hashable, Sendable {
        package let pk: String
        package let sk: String

        private let bytes: [[UInt8]]

        package init(_ pk: String, _ sk: String) {
            (self.pk, self.sk) = (pk, sk)
            bytes = [Array(pk.utf8), Array(sk.utf8)]
        }

        package static func == (left: Key, right: Key) -> Bool { left.bytes == right.bytes }
        package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
    }

    private let table: String
    package private(set) var rows: [Key: Row] = [:]

    package init(table: String) {
        self.table = table
    }

    package subscript(pk: String, sk: String) -> Row? { rows[Key(pk, sk)] }

    /// Writes a row without asking anybody, as a person does in the console.
    package mutating func put(_ row: Row) {
        rows[Key(row["PK"]?["S"]?.string ?? "", row["SK"]?["S"]?.string ?? "")] = row
    }

    package mutating func delete(_ pk: String, _ sk: String) {
        rows[Key(pk, sk)] = nil
    }

    /// The answer of the service to one call.
    package mutating func answer(_ operation: String, _ input: JSONValue) -> HTTPResponse {
        let before = rows
        do {
            return HTTPResponse(200, json: try perform(operation, input).text)
        } catch {
            rows = before
            return HTTPResponse(400, json: error.body.text)
        }
    }

    private mutating func perform(_ operation: String, _ input: JSONValue) throws(TableRefusal)
        -> JSONValue
    {
        switch operation {
        case "TransactWriteItems": return try transact(input)
        case "BatchGetItem": return try batchGet(input)
        case _ where input["TableName"]?.string != table:
            throw TableRefusal("ResourceNotFoundException", "Requested resource not found")
        case "GetItem":
            guard input["ConsistentRead"] == true else { throw .invalid("an inconsistent read") }
            return rows[try key(input["Key"])].map { ["Item": .row($0)] } ?? [:]
        case "PutItem", "DeleteItem", "UpdateItem":
            try change(operation, input)
            return [:]
        case "Query": return try query(input, "KeyConditionExpression")
        case "Scan": return try query(input, "FilterExpression")
        default: throw .invalid("an unknown operation")
        }
    }

    private mutating func change(_ operation: String, _ input: JSONValue) throws(TableRefusal) {
        let key = try key(input["Key"] ?? input["Item"])
        let old = rows[key]
        var used: Set<String> = []
        guard try ConditionExpression.holds(in: input, for: old, &used) else {
            let isTold = input["ReturnValuesOnConditionCheckFailure"]?.string == "ALL_OLD"
            throw .conditionalCheckFailed(isTold ? old : nil)
        }
        switch operation {
        case "UpdateItem":
            rows[key] = try UpdateExpression.apply(in: input, to: old ?? Row(input["Key"]), &used)
        case "PutItem": rows[key] = Row(input["Item"])
        case "DeleteItem": rows[key] = nil
        default: throw .invalid("an unknown operation")
        }
        try ExpressionWords.requireAllUsed(used, in: input)
    }

    /// All of the writes, or none.
    private mutating func transact(_ input: JSONValue) throws(TableRefusal) -> JSONValue {
        var reasons: [String] = []
        for item in input["TransactItems"]?.array ?? [] {
            guard let write = item.members?.first, write.value["TableName"]?.string == table else {
                throw .invalid("a write of another table")
            }
            do {
                try change("\(write.name)Item", write.value)
                reasons.append("None")
            } catch  where error.code == TableRefusal.conditionalCheckFailedCode {
                reasons.append("ConditionalCheckFailed")
            }
        }
        guard reasons.allSatisfy({ $0 == "None" }) else {
            throw TableRefusal(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                    + "[\(reasons.joined(separator: ", "))]")
        }
        return [:]
    }

    private func query(
        _ input: JSONValue, _ condition: String
    ) throws(TableRefusal) -> JSONValue {
        guard condition == "FilterExpression" || input["ConsistentRead"] == true else {
            throw .invalid("an inconsistent read")
        }
        var found: [(key: Key, row: Row)] = []
        for (key, row) in rows {
            var used: Set<String> = []
            let isFound = try ConditionExpression.holds(condition, in: input, for: row, &used)
            if isFound { found.append((key, row)) }
            try ExpressionWords.requireAllUsed(used, in: input)
        }
        found.sort { $0.key.sk.utf8.lexicographicallyPrecedes($1.key.sk.utf8) }
        return ["Items": .array(found.map { .row($0.row) })]
    }

    private func batchGet(_ input: JSONValue) throws(TableRefusal) -> JSONValue {
        var keys: [Key] = []
        for row in input["RequestItems"]?[table]?["Keys"]?.array ?? [] {
            keys.append(try key(row))
        }
        guard (1...100).contains(keys.count) else { throw .invalid("too many keys, or none") }
        guard Set(keys).count == keys.count else {
            throw .invalid("Provided list of item keys contains duplicates")
        }
        let found = keys.compactMap { rows[$0] }
        return ["Responses": [table: .array(found.map { .row($0) })], "UnprocessedKeys": [:]]
    }

    private func key(_ row: JSONValue?) throws(TableRefusal) -> Key {
        guard let pk = row?["PK"]?["S"]?.string, let sk = row?["SK"]?["S"]?.string, !pk.isEmpty,
            !sk.isEmpty
        else { throw .invalid("a row without its key") }
        return Key(pk, sk)
    }
}

/// An error answer of the service.
struct TableRefusal: Error {
    let code: String
    let message: String
    var row: TableRows.Row?

    static let conditionalCheckFailedCode = "ConditionalCheckFailedException"

    init(_ code: String, _ message: String, row: TableRows.Row? = nil) {
        (self.code, self.message, self.row) = (code, message, row)
    }

    static func invalid(_ reason: String) -> TableRefusal {
        TableRefusal("ValidationException", reason)
    }

    static func conditionalCheckFailed(_ row: TableRows.Row?) -> TableRefusal {
        TableRefusal(conditionalCheckFailedCode, "The conditional request failed", row: row)
    }

    var body: JSONValue {
        .object(
            [
                .init("__type", .string("com.amazonaws.dynamodb.v20120810#\(code)")),
                .init("message", .string(message)),
            ] + (row.map { [.init("Item", .row($0))] } ?? []))
    }
}

extension JSONValue {
    fileprivate static func row(_ row: TableRows.Row) -> JSONValue {
        .object(row.map { Member($0.key, $0.value) })
    }
}

extension TableRows.Row {
    /// The members of an object as DynamoDB's attributes.
    package init(_ object: JSONValue?) {
        self.init(
            (object?.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}
