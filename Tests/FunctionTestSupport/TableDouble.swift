package import AWS
package import HTTP
package import JSON
internal import Synchronization

/// A DynamoDB table in memory, which keeps the service's rules: conditions, at most 100 distinct
/// keys a BatchGetItem. What is done to it stands in the journal, in the ledger's words.
package final class TableDouble: Sendable {
    package static let name = "ses-mail-test"
    package let journal: Journal
    private let rows: Mutex<[[String]: JSONValue]>
    private let batches = Mutex<[[String]]>([])

    package init(journal: Journal = Journal(), rows: [JSONValue] = []) {
        self.journal = journal
        self.rows = Mutex(
            Dictionary(rows.map { (TableDouble.key($0), $0) }, uniquingKeysWith: { $1 }))
    }

    /// Sort key to `state`, of all rows.
    package var states: [String: String] {
        rows.withLock { rows in
            Dictionary(
                rows.map { ($0.key[1], $0.value["state"]?["S"]?.string ?? "") },
                uniquingKeysWith: { $1 })
        }
    }

    /// The partition keys that each BatchGetItem asked for.
    package var batchedKeys: [[String]] { batches.withLock { $0 } }

    package func row(_ pk: String, _ sk: String) -> JSONValue? {
        rows.withLock { $0[[pk, sk]] }
    }

    package func put(_ row: JSONValue) {
        rows.withLock { $0[TableDouble.key(row)] = row }
    }

    /// What the service answers; nil where the answer is lost.
    package func answer(_ operation: String, _ input: JSONValue) -> HTTPResponse? {
        let failure = journal.note(step(operation, input))
        if failure == .refused {
            return TableDouble.error("AccessDeniedException", "not authorized")
        }
        let response: HTTPResponse
        do {
            response = try perform(operation, input)
        } catch {
            response = TableDouble.error("ValidationException", error.reason)
        }
        return failure == .lost ? nil : response
    }

    private func perform(
        _ operation: String, _ input: JSONValue
    ) throws(ConditionExpression.Invalid) -> HTTPResponse {
        if operation == "BatchGetItem" { return try batchGet(input) }
        guard input["TableName"]?.string == TableDouble.name else {
            throw .init(reason: "another table")
        }
        let result = rows.withLock { rows in
            Result { () throws(ConditionExpression.Invalid) in
                try TableDouble.change(&rows, operation, input)
            }
        }
        return try result.get()
    }

    private static func change(
        _ rows: inout [[String]: JSONValue], _ operation: String, _ input: JSONValue
    ) throws(ConditionExpression.Invalid) -> HTTPResponse {
        let key = key(input["Key"] ?? input["Item"] ?? [:])
        guard key.allSatisfy({ !$0.isEmpty }) else { throw .init(reason: "an empty key") }
        if operation == "GetItem" {
            guard input["ConsistentRead"] == true else { throw .init(reason: "inconsistent") }
            return ok(rows[key].map { ["Item": $0] } ?? [:])
        }
        guard try ConditionExpression.holds(in: input, for: rows[key]) else {
            return error("ConditionalCheckFailedException", "The conditional request failed")
        }
        switch operation {
        case "PutItem": rows[key] = input["Item"]
        case "DeleteItem": rows[key] = nil
        default: throw .init(reason: "an unknown operation")
        }
        return ok([:])
    }

    private func batchGet(_ input: JSONValue) throws(ConditionExpression.Invalid) -> HTTPResponse {
        let keys = (input["RequestItems"]?[TableDouble.name]?["Keys"]?.array ?? [])
            .map(TableDouble.key)
        batches.withLock { $0.append(keys.map { $0[0] }) }
        guard (1...100).contains(keys.count) else { throw .init(reason: "too many keys") }
        guard Set(keys.map { $0.map { Array($0.utf8) } }).count == keys.count else {
            throw .init(reason: "Provided list of item keys contains duplicates")
        }
        let found = rows.withLock { rows in keys.compactMap { rows[$0] } }
        return TableDouble.ok([
            "Responses": [TableDouble.name: .array(found)], "UnprocessedKeys": [:],
        ])
    }

    /// `read`, `claim`, `complete` or `release` and the row's sort key; else the operation.
    private func step(_ operation: String, _ input: JSONValue) -> String {
        let sk = TableDouble.key(input["Key"] ?? input["Item"] ?? [:])[1]
        switch operation {
        case "GetItem": return "read \(sk)"
        case "DeleteItem": return "release \(sk)"
        case "PutItem":
            return (input["Item"]?["state"]?["S"] == "done" ? "complete " : "claim ") + sk
        default: return operation
        }
    }

    private static func key(_ row: JSONValue) -> [String] {
        [row["PK"]?["S"]?.string ?? "", row["SK"]?["S"]?.string ?? ""]
    }

    private static func ok(_ body: JSONValue) -> HTTPResponse {
        HTTPResponse(status: 200, body: body.bytes)
    }

    private static func error(_ code: String, _ message: String) -> HTTPResponse {
        HTTPResponse(
            status: 400,
            body: (["__type": .string("com.amazonaws#\(code)"), "message": .string(message)]
                as JSONValue).bytes)
    }
}

extension TableDouble: HTTPClient {
    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let target = request.headers["X-Amz-Target"] ?? ""
        // A request that is no JSON finds no operation either.
        let input = (try? JSONValue(parsing: request.body.bytes ?? [])) ?? [:]
        guard
            let response = answer(String(target.drop { $0 != "." }.dropFirst()), input)
        else { throw .timedOut(request.name) }
        return response
    }

    /// The client that the functions use, in front of this table, with no time to try twice.
    package func client() -> DynamoDB {
        let session = AWSSession(
            required: { _ in "test" }, optional: { _ in nil }, http: self,
            pacing: Pacing(secondsLeft: { 0.4 }, sleep: { _ in }, random: { 1 }))
        return DynamoDB(session, table: TableDouble.name)
    }
}
