import FunctionTestSupport
import JSON
import Mail
import TestSupport
import Testing

@testable import router_enrichment

/// Mails with many recipients, and with rules that have long descriptions and many labels.
struct RouterSizeTests {
    @Test(
        "However large the notification, an element stays under 240 KB",
        arguments: [
            SampleMail {
                $0.headers += (0..<3000).map { ("X-Long-\($0)", String(repeating: "é", count: 90)) }
            },
            SampleMail { $0.subject = String(repeating: "\u{1}", count: 300_000) },
            SampleMail {
                $0.destination = (0..<9000).map { "\($0)-stranger@elsewhere.example" }
            },
            SampleMail { mail in
                mail.recipients = (0..<100).map { "recipient-\($0)@example.com" }
                mail.headers += [("List-Id", String(repeating: "x", count: 400_000))]
            },
        ])
    func elementSize(mail: SampleMail) throws {
        let bench = RouterBench(
            RoutingRule(
                pk: "ROUTE#*", action: .bounce, description: String(repeating: "é", count: 200)))
        let element = try bench.decision(for: mail)
        #expect(element.bytes.count < 240_000)
        #expect(element.fates.count == mail.recipients?.count)
        let body = try JSONValue(parsing: element["body"]?.string ?? "")
        #expect(body["mail"]?["headersReduced"] == true)
        #expect(body["mail"]?["source"]?.string == mail.source)
        #expect(body["receipt"] == mail.notification["receipt"])
        let names = (body["mail"]?["headers"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(names.first == "Message-ID" && !names.contains { $0.hasPrefix("X-Long") })
    }

    @Test("A decision that cannot be made smaller is an error")
    func tooLarge() {
        let mail = SampleMail {
            $0.recipients = (0..<1000).map { "\($0)@" + String(repeating: "d", count: 250) }
        }
        #expect(throws: RoutingFailure.self) { try RouterBench().decision(for: mail) }
    }

    @Test(
        "Rules are read by a hundred distinct keys a call",
        arguments: [(1, [7]), (47, [99]), (48, [100, 1]), (120, [100, 100, 45])])
    func chunks(recipients: Int, keyCounts: [Int]) throws {
        // Two keys a recipient, with its tag and without, three that all share, and two of the
        // sender.
        let table = TableDouble(rows: [rule("ROUTE#*", "store")])
        let mail = SampleMail {
            $0.recipients = (0..<recipients).map { "u\($0)+t@d\(recipients).example" }
        }
        let bench = RouterBench()
        let rules = RuleTable(table.client())
        let handler = RouterHandler(
            findRows: rules.findRows, readTestToken: nil, lookupFailedAction: .bounce,
            junkDelivery: .store, canary: nil, metrics: bench.output.metrics,
            tracer: bench.handler.tracer)
        let answer = try handler.handle(
            .init(([SampleRecord.sqs(mail.text)] as JSONValue).bytes, output: bench.output))
        let element = try #require(try JSONValue(parsing: answer).array?.first)
        #expect(element.fates.values.allSatisfy { $0 == "store ROUTE#*" })
        #expect(element.fates.count == recipients)
        #expect(table.batchedKeys.map(\.count) == keyCounts)
    }

    @Test(
        "A row is read as an administrator may have written it",
        arguments: [
            (["enabled": ["BOOL": true]], true), ([:], true), (["enabled": ["S": "true"]], true),
            (["enabled": ["BOOL": false]], false), (["enabled": ["S": "false"]], false),
        ] as [([String: JSONValue], Bool)])
    func enabled(attributes: [String: JSONValue], isEnabled: Bool) throws {
        let row = rule("ROUTE#user@example.com", "bounce")
        let extra = attributes.map { JSONValue.Member($0.key, $0.value) }
        let table = TableDouble(rows: [
            .object((row.members ?? []) + extra), rule("ROUTE#*", "store"),
        ])
        let rules = try RuleTable(table.client()).findRows(
            keys: ["ROUTE#user@example.com", "ROUTE#*@example.com", "ROUTE#*"])
        #expect(
            Set(
                rules.map {
                    "\($0.pk) \(RoutingRule(pk: $0.pk, attributes: $0.attributes).isEnabled)"
                })
                == ["ROUTE#user@example.com \(isEnabled)", "ROUTE#* true"])
    }

    private func rule(_ pk: String, _ action: String) -> JSONValue {
        [
            "PK": ["S": .string(pk)], "SK": ["S": "RULE#v1"], "action": ["S": .string(action)],
            "target": ["S": ""],
        ]
    }
}
