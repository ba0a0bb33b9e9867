import AWS
import HTTP
import JSON
import TestSupport

@testable import SMTPCredentials

/// The table and its stream.
extension FakeCloud {
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
                oldImage: before[key].map(FakeCloud.item),
                newImage: table.rows[key].map(FakeCloud.item), epochSeconds: now)
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
