import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import SMTPCredentials

/// A table of one row, which answers as the service does.
final class StoredRow: HTTPClient {
    private var table = TableRows(table: "t")
    private let sortKey: String
    let john: Username

    init(_ row: Item?, sortKey: String = "USER#john") {
        self.sortKey = sortKey
        guard let john = Username("john") else { preconditionFailure("john is a legal name") }
        self.john = john
        guard let row else { return }
        let key: Item = ["PK": .string("SMTP_USER"), "SK": .string(sortKey)]
        table.put(TableRows.Row(row.merging(key) { $1 }.json))
    }

    var store: AWSCredentialServices {
        let session = AWSSession.fake(self, pacing: FakeTime().pacing)
        return AWSCredentialServices(
            session, table: "t", encryptionKey: "", epochSeconds: { 100 })
    }

    /// By sort key, without their keys.
    var rows: [String: Item] {
        Dictionary(
            uniqueKeysWithValues: table.rows.map { key, row in
                (
                    key.sk,
                    row.filter { $0.key != "PK" && $0.key != "SK" }.mapValues { AttributeValue($0) }
                )
            })
    }

    var row: Item? { rows[sortKey] }

    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        // A call without a document is refused like one of an unknown table.
        let input = (try? JSONValue(parsing: request.body.bytes ?? [])) ?? [:]
        return table.answer(request.name.operation, input)
    }

    /// The write is refused as one that met another row, and changes nothing.
    func expectConflict(
        _ write: () throws(AWSError) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let before = rows
        do {
            try write()
            Issue.record("it was written", sourceLocation: sourceLocation)
        } catch {
            #expect(error.isConditionalCheckFailed, sourceLocation: sourceLocation)
        }
        #expect(rows == before, sourceLocation: sourceLocation)
    }

    func expectConflict(
        _ write: (StoredRow) throws(AWSError) -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectConflict({ () throws(AWSError) in try write(self) }, sourceLocation: sourceLocation)
    }
}
