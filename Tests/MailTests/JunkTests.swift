import JSON
import Testing

@testable import Mail

/// Junk and viruses under every rule: they are never bounced, and a copy always stays.
struct JunkTests {
    private static let forward: [JSONValue.Member] = [
        .init("action", "forward-to-gmail"), .init("target", "me@gmail.com"),
    ]

    /// Rules of every kind, as the attributes of a row.
    private static let kinds: [JSONValue] =
        [
            [.init("action", "bounce")], [.init("action", "store")], [.init("action", "delete")],
            forward, forward + [.init("keep", true)], forward + [.init("enabled", false)],
            forward + [.init("until", "2020-01-01T00:00:00Z")],
            forward + [.init("until", "2020-01-01T00:00:00Z"), .init("then", "store")],
            forward + [.init("until", "2030-01-01T00:00:00Z"), .init("never_spam", true)],
        ].map { .object($0) }
        + ["store", "bounce", "junk"].flatMap { otherwise in
            [["only_from": ["x@y.example"]], ["not_from": ["*@g.example"]]].map { senders in
                .object(
                    forward + (senders as JSONValue).asMembers + [
                        .init("otherwise", .string(otherwise))
                    ])
            }
        }

    /// The rule in each place in which it can stand; nil is no rule at all.
    private static func tables(_ rule: JSONValue?) -> [[RoutingTable.Row]] {
        guard let rule else { return [[]] }
        let entry = JSONValue.object([.init("pattern", "ab*@e.f")] + rule.asMembers)
        return ["abuse@e.f", "abc@e.f", "*@e.f", "*"].map { [("ROUTE#\($0)", rule)] }
            + [[("PATTERNS#e.f", ["patterns": [entry]])]]
    }

    private static let receipts: [ReceivedMail.Receipt] = {
        let verdicts: [Verdict?] = [
            .pass, .fail, .gray, .processingFailed, .disabled, .unknown("x"), nil,
        ]
        return verdicts.flatMap { spam in
            verdicts.flatMap { dmarc in
                ["none", "quarantine", "reject", nil].flatMap { policy in
                    [Verdict.pass, .fail].flatMap { spf in
                        [Verdict.pass, .fail].map { virus in
                            ReceivedMail.Receipt(
                                spamVerdict: spam, virusVerdict: virus, spfVerdict: spf,
                                dmarcVerdict: dmarc, dmarcPolicy: policy)
                        }
                    }
                }
            }
        }
    }()

    private static func isJunk(
        _ receipt: ReceivedMail.Receipt, _ delivery: JunkDelivery
    ) -> Bool {
        let policies = delivery == .store ? ["reject"] : ["reject", "quarantine"]
        return receipt.spamVerdict == .fail || receipt.virusVerdict == .fail
            || receipt.dmarcVerdict == .fail && policies.contains(receipt.dmarcPolicy ?? "")
    }

    @Test(
        "Junk is never bounced and never lost, whatever the verdicts and the rule",
        arguments: JunkDelivery.allCases)
    func kept(delivery: JunkDelivery) throws {
        var count = 0
        for table in Self.tables(nil) + Self.kinds.flatMap({ Self.tables($0) }) {
            let rules = RoutingTable(table)
            for receipt in Self.receipts where Self.isJunk(receipt, delivery) {
                for recipient in ["abuse@e.f", "abc@e.f"] {
                    let received = ReceivedMail(
                        mail: ReceivedMail.Mail(
                            messageId: "m", timestamp: "2026-01-01T00:00:00.000Z",
                            source: "j@g.example", destination: [recipient]),
                        receipt: receipt)
                    let mail = RoutedMail(received, junkDelivery: delivery)
                    let actions = try RoutingPolicy.decide(
                        mail, by: rules, junkDelivery: delivery
                    ).actions
                    count += 1
                    // `#expect` itself would take most of the time.
                    let isRight =
                        actions.bounce.isEmpty && actions.store.map(\.target) == [recipient]
                        && actions.store[0].reason != nil
                        && actions.forwardToGmail.allSatisfy { $0.isJunk && delivery == .gmailSpam }
                    if !isRight { Issue.record("\(receipt) \(table) \(actions)") }
                }
            }
        }
        #expect(count > 10_000)
    }
}

extension JSONValue {
    fileprivate var asMembers: [Member] { members ?? [] }
}
