import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport

@testable import SMTPCredentials

/// The table. What changes a row is the store's own call, whose conditions and updates are
/// evaluated as the service does it; reading is done directly, because it is done most.
extension FakeCloud {
    var rowStore: RowStore {
        let session = AWSSession.fake(self, pacing: FakeTime().pacing)
        let table = RowStore(
            DynamoDB(session, table: FakeCloud.tableName), epochSeconds: { [self] in now })
        return RowStore(
            read: { [self] name throws(AWSError) in
                try call("read") { row(sortKey: "USER#\(name)").map(CredentialRow.init) }
            },
            nameUser: { [self] name, user, seen throws(AWSError) in
                try call("nameUser") { () throws(AWSError) in
                    try table.nameUser(name, user, seen)
                }
            },
            activate: { [self] name, issue, seen throws(AWSError) in
                try call("activate") { () throws(AWSError) in
                    try table.activate(name, issue, seen)
                }
            },
            rotate: { [self] name, issue, old, seen throws(AWSError) in
                try call("rotate") { () throws(AWSError) in
                    try table.rotate(name, issue, old, seen)
                }
            },
            statusOf: { [self] sortKey throws(AWSError) in
                try call("statusOf") { row(sortKey: sortKey).map { CredentialRow($0).status } }
            },
            reportError: { [self] sortKey, message, seen throws(AWSError) in
                try call("reportError") { () throws(AWSError) in
                    try table.reportError(sortKey, message, seen)
                }
            },
            retirements: { [self] name throws(AWSError) in
                try call("retirements") {
                    timers(name.text).sorted().map { RowStore.Retirement(accessKeyID: $0) }
                }
            },
            deleteRetirement: { [self] name, key throws(AWSError) in
                try call("deleteRetirement") { () throws(AWSError) in
                    try table.deleteRetirement(name, key)
                }
            },
            forgetPreviousKey: { [self] name, key throws(AWSError) in
                try call("forgetPreviousKey") { () throws(AWSError) in
                    try table.forgetPreviousKey(name, key)
                }
            },
            sortKeys: { [self] () throws(AWSError) in
                try call("sortKeys") { rows.keys.filter { $0.hasPrefix("USER#") }.sorted() }
            })
    }

    /// The rows by sort key, without their keys.
    var rows: [String: Item] {
        Dictionary(
            table.rows.map { ($0.key.sk, FakeCloud.item($0.value)) }, uniquingKeysWith: { $1 })
    }

    func row(sortKey: String) -> Item? {
        table[FakeCloud.partition, sortKey].map(FakeCloud.item)
    }

    /// Writes the whole row, or deletes it, as a person does.
    func write(_ sortKey: String, _ item: Item?) {
        follow { table in
            guard let item else { return table.delete(FakeCloud.partition, sortKey) }
            var row = TableRows.Row(item.json)
            row["PK"] = ["S": .string(FakeCloud.partition)]
            row["SK"] = ["S": .string(sortKey)]
            table.put(row)
        }
    }

    /// Puts what changes meanwhile into the stream.
    private func follow<Answer>(_ change: (inout TableRows) -> Answer) -> Answer {
        let before = table.rows
        let answer = change(&table)
        for key in Set(before.keys).union(table.rows.keys) where before[key] != table.rows[key] {
            let change = RowChange(
                keys: ["PK": .string(key.pk), "SK": .string(key.sk)],
                oldImage: before[key].map(FakeCloud.item), epochSeconds: now)
            if let change { stream.append(change) }
        }
        return answer
    }

    private static func item(_ row: TableRows.Row) -> Item {
        row.filter { $0.key != "PK" && $0.key != "SK" }.mapValues { AttributeValue($0) }
    }
}

extension FakeCloud: HTTPClient {
    static let tableName = "ses-mail-test"
    static let partition = "SMTP_USER"

    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        // A call without a document is refused like one of an unknown table.
        let input = (try? JSONValue(parsing: request.body.bytes ?? [])) ?? [:]
        return follow { $0.answer(request.name.operation, input) }
    }
}
