import AWS
import Foundation
import HTTP
import JSON
import Synchronization
import TestSupport

/// An AWS with a table of rules, a receipt rule for example.com and no settings and no tokens.
final class RuleTableServer: Sendable {
    private let table: Mutex<TableRows>
    /// The table of the environment `local`, whose AWS is at the same address.
    private let localTable: Mutex<TableRows>
    /// Called before each write, as somebody else who works on the table.
    private let meanwhile: Mutex<(@Sendable (inout TableRows) -> Void)?> = Mutex(nil)
    private let settings: String?

    /// - Parameter settings: the text of the deployment's parameter; nil where there is none.
    init(_ items: [Item] = [], local: [Item] = [], settings: String? = nil) {
        var rows = TableRows(table: "ses-email-routing-test")
        for item in items { rows.put(TableRows.Row(item.json)) }
        table = Mutex(rows)
        var localRows = TableRows(table: "ses-email-routing-local")
        for item in local { localRows.put(TableRows.Row(item.json)) }
        localTable = Mutex(localRows)
        self.settings = settings
    }

    /// Has the table changed by somebody else before the next write.
    func change(_ change: @escaping @Sendable (inout TableRows) -> Void) {
        meanwhile.withLock { $0 = change }
    }

    func row(_ pk: String) -> Item? {
        table.withLock { rows in
            rows[pk, "RULE#v1"].map { Item(.object($0.map { .init($0.key, $0.value) })) }
        }
    }

    /// The entries of a list of patterns.
    func patterns(_ domain: String) -> [Item] {
        guard case .list(let entries)? = row("PATTERNS#\(domain)")?["patterns"] else { return [] }
        return entries.compactMap { if case .map(let entry) = $0 { entry } else { nil } }
    }

    func run(
        _ arguments: [String], _ environment: [String: String] = [:], input: String = ""
    ) throws -> CommandRun {
        let server = try LoopbackServer { self.answer($0) }
        defer { server.stop() }
        return try CommandRun(
            arguments,
            environment: ConventionTests.keys.merging([
                "AWS_ENDPOINT_URL": server.url, "AWS_MAX_ATTEMPTS": "\(CommandRun.attempts)",
                "SES_MAIL_ENV": "test",
            ]) { $1 }.merging(environment) { $1 }, input: input)
    }

    private func answer(_ request: ReceivedRequest) -> Answer {
        guard request.header("X-Amz-Target") != nil else {
            return .ruleSet(Self.receiptRules)
        }
        switch request.operation {
        case "GetParameter":
            guard let settings, request.bodyText.contains("/deployment") else {
                return .noParameter
            }
            let parameter: JSONValue = [
                "Parameter": [
                    "Name": "n", "Version": 1, "Value": .string(settings), "LastModifiedDate": 1,
                ]
            ]
            return Answer(200, [], parameter.text)
        case let operation:
            do {
                let input = try JSONValue(parsing: request.body)
                if input["TableName"] == "ses-email-routing-local" {
                    let answer = localTable.withLock { $0.answer(operation, input) }
                    return Answer(answer.status, [], String(decoding: answer.body, as: UTF8.self))
                }
                return table.withLock { rows in
                    if !["GetItem", "Scan", "BatchGetItem"].contains(operation) {
                        let change = meanwhile.withLock { change in
                            defer { change = nil }
                            return change
                        }
                        change?(&rows)
                    }
                    let answer = rows.answer(operation, input)
                    return Answer(answer.status, [], String(decoding: answer.body, as: UTF8.self))
                }
            } catch {
                return Answer(500, [], "\(error)")
            }
        }
    }

    private static let receiptRules = """
        <Metadata><Name>ours</Name></Metadata><Rules><member>
        <Name>ses-mail-receive-test</Name><Enabled>true</Enabled>
        <Recipients><member>example.com</member></Recipients></member></Rules>
        """
}
