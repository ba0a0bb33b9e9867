package import AWS
package import HTTP
package import JSON
internal import Synchronization
internal import TestSupport

/// A DynamoDB table in memory, which keeps the service's rules. What is done to it stands in the
/// journal, in the ledger's words.
package final class TableDouble: Sendable {
    package static let name = "ses-mail-test"
    package let journal: Journal
    private let rows: Mutex<TableRows>
    private let batches = Mutex<[[String]]>([])

    package init(journal: Journal = Journal(), rows: [JSONValue] = []) {
        self.journal = journal
        var table = TableRows(table: TableDouble.name)
        for row in rows { table.put(TableRows.Row(row)) }
        self.rows = Mutex(table)
    }

    /// Sort key to `state`, of all rows.
    package var states: [String: String] {
        rows.withLock { table in
            Dictionary(
                table.rows.map { ($0.key.sk, $0.value["state"]?["S"]?.string ?? "") },
                uniquingKeysWith: { $1 })
        }
    }

    /// The partition keys that each BatchGetItem asked for.
    package var batchedKeys: [[String]] { batches.withLock { $0 } }

    package func row(_ pk: String, _ sk: String) -> JSONValue? {
        rows.withLock { $0[pk, sk] }.map { .object($0.map { .init($0.key, $0.value) }) }
    }

    package func put(_ row: JSONValue) {
        rows.withLock { $0.put(TableRows.Row(row)) }
    }

    /// What the service answers; nil where the answer is lost.
    package func answer(_ operation: String, _ input: JSONValue) -> HTTPResponse? {
        let failure = journal.note(step(operation, input))
        if failure == .refused {
            return HTTPResponse(
                400, json: #"{"__type":"x#AccessDeniedException","message":"not authorized"}"#)
        }
        if operation == "BatchGetItem" {
            let keys = input["RequestItems"]?[TableDouble.name]?["Keys"]?.array ?? []
            batches.withLock { $0.append(keys.map { $0["PK"]?["S"]?.string ?? "" }) }
        }
        let response = rows.withLock { $0.answer(operation, input) }
        return failure == .lost ? nil : response
    }

    /// `claim` or `complete` and the row's sort key; else the operation.
    private func step(_ operation: String, _ input: JSONValue) -> String {
        guard operation == "PutItem", let row = input["Item"] else { return operation }
        let sk = row["SK"]?["S"]?.string ?? ""
        return (row["state"]?["S"] == "claimed" ? "claim " : "complete ") + sk
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
        let session = AWSSession.fake(
            self,
            pacing: Pacing(secondsLeft: { 0.4 }, sleep: { _ in }, random: { 1 }))
        return DynamoDB(session, table: TableDouble.name)
    }
}
