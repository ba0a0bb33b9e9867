import JSON
import TestSupport
import Testing

@testable import Mail

/// Lists of senders: for one rule, and for all recipients.
struct SenderRuleTests {
    private static func sender(_ text: String, isProved: Bool = true) throws -> MailSenders.Sender {
        MailSenders.Sender(try #require(EmailAddress(strict: text)), isProved: isProved)
    }

    private static func fate(
        _ senders: [MailSenders.Sender], _ rows: [RoutingTable.Row], junk: RoutingReason? = nil,
        delivery: JunkDelivery = .store, recipient: String = "a@e.f"
    ) throws -> String {
        let mail = RoutedMail(
            recipients: [recipient], senders: MailSenders(senders), junkReason: junk)
        let all = rows + [("ROUTE#*", ["action": "forward-to-gmail", "target": "me@gmail.com"])]
        let asked = RoutingTable.keys(for: mail, junkDelivery: delivery)
        let table = RoutingTable(all.filter { asked.contains($0.pk) })
        let actions = try RoutingPolicy.decide(mail, by: table, junkDelivery: delivery).actions
        return
            (actions.forwardToGmail.map { $0.isJunk ? "spam" : "forward" }
            + actions.store.map { "store \($0.reason?.rawValue ?? "")" }
            + actions.bounce.map { "bounce \($0.reason?.rawValue ?? "")" }).joined(separator: ", ")
    }

    private static func row(_ pattern: String, _ verdict: String) -> RoutingTable.Row {
        ("SENDER#\(pattern)", ["verdict": .string(verdict)])
    }

    @Test(
        "The most specific row of an address counts, and a block wins",
        arguments: [
            ([row("x@g.h", "block")], "store blocked-sender"),
            ([row("*@g.h", "block")], "store blocked-sender"),
            ([row("y@g.h", "block")], "forward"),
            ([row("*@g.h", "block"), row("x@g.h", "allow")], "forward"),
            ([row("x@g.h", "block"), row("*@g.h", "allow")], "store blocked-sender"),
            ([("SENDER#x@g.h", ["verdict": "block", "enabled": false])], "forward"),
            ([("SENDER#x@g.h", ["verdict": "ban"])], "forward"),
            ([("SENDER#x@g.h", ["verdict": 1]), row("*@g.h", "block")], "store blocked-sender"),
        ] as [([RoutingTable.Row], String)])
    func specific(rows: [RoutingTable.Row], fate: String) throws {
        #expect(try Self.fate([Self.sender("x@g.h")], rows) == fate)
    }

    @Test("A domain's row is for the domains below it, however many labels a sender invents")
    func subdomains() throws {
        let rows = [Self.row("*@g.example", "block")]
        for domain in ["g.example", "a.g.example", "a.b.c.d.e.f.g.h.i.j.g.example"] {
            #expect(try Self.fate([Self.sender("x@\(domain)")], rows) == "store blocked-sender")
        }
        #expect(try Self.fate([Self.sender("x@ag.example")], rows) == "forward")
        let keys = try Self.sender("x@a.b.c.d.e.f.g.h.i.j.g.example").address.senderKeys.map(\.key)
        #expect(keys.count == 9 && keys.last == "SENDER#*@g.example")
    }

    @Test("A block of an address is for its tags too, an allowed one is not")
    func tags() throws {
        let tagged = try Self.sender("x+news@g.h")
        #expect(try Self.fate([tagged], [Self.row("x@g.h", "block")]) == "store blocked-sender")
        #expect(try Self.fate([tagged], [Self.row("x@g.h", "allow")], junk: .spam) == "store spam")
        #expect(
            try Self.fate([tagged], [Self.row("x+news@g.h", "allow")], junk: .spam) == "forward")
    }

    @Test("Of a mail with two senders each is asked about")
    func twoSenders() throws {
        let senders = [try Self.sender("x@g.h"), try Self.sender("list@lists.example")]
        #expect(
            try Self.fate(senders, [Self.row("*@lists.example", "block")]) == "store blocked-sender"
        )
        #expect(
            try Self.fate(
                senders, [Self.row("*@lists.example", "block"), Self.row("x@g.h", "allow")])
                == "forward")
        #expect(
            try Self.fate(
                senders, [Self.row("list@lists.example", "block"), Self.row("x@g.h", "allow")])
                == "store blocked-sender")
    }

    @Test("Only a proved sender is allowed, and lifts spam and DMARC")
    func allow() throws {
        let rows = [Self.row("x@g.h", "allow")]
        for reason in [RoutingReason.spam, .dmarcReject, .dmarcQuarantine] {
            #expect(try Self.fate([Self.sender("x@g.h")], rows, junk: reason) == "forward")
            #expect(
                try Self.fate([Self.sender("x@g.h", isProved: false)], rows, junk: reason)
                    == "store \(reason.rawValue)")
        }
    }

    @Test("A role address hears from blocked senders")
    func role() throws {
        #expect(
            try Self.fate(
                [Self.sender("x@g.h")], [Self.row("x@g.h", "block")], recipient: "abuse@e.f")
                == "forward")
    }

    private static func rule(_ members: KeyValuePairs<String, JSONValue>) -> RoutingTable.Row {
        (
            "ROUTE#a@e.f",
            .object(
                [.init("action", "forward-to-gmail"), .init("target", "me@gmail.com")]
                    + members.map { .init($0.key, $0.value) })
        )
    }

    @Test(
        "A rule lets in its senders",
        arguments: [
            (rule(["only_from": ["x@g.h"]]), "x@g.h", true, "forward"),
            (rule(["only_from": ["X@G.h"]]), "x@g.h", true, "forward"),
            (rule(["only_from": ["x@g.h"]]), "x@g.h", false, "store sender-not-listed"),
            (rule(["only_from": ["x@g.h"]]), "x+t@g.h", true, "store sender-not-listed"),
            (rule(["only_from": ["*@g.h"]]), "y@sub.g.h", true, "forward"),
            (rule(["only_from": ["*@g.h"]]), "y@xg.h", true, "store sender-not-listed"),
            (
                rule(["only_from": ["*@g.h"], "otherwise": "bounce"]), "y@i.j", true,
                "bounce sender-not-listed"
            ),
            (
                rule(["only_from": ["*@g.h"], "otherwise": "junk"]), "y@i.j", true,
                "store sender-not-listed"
            ),
            (rule(["not_from": ["*@g.h"]]), "y@sub.g.h", false, "store sender-not-listed"),
            (rule(["not_from": ["y@g.h"]]), "y+t@g.h", false, "store sender-not-listed"),
            (rule(["not_from": ["y@g.h"]]), "z@g.h", false, "forward"),
            (
                rule(["only_from": ["*@g.h"], "not_from": ["y@g.h"]]), "y@g.h", true,
                "store sender-not-listed"
            ),
        ])
    func condition(row: RoutingTable.Row, sender: String, isProved: Bool, fate: String) throws {
        #expect(try Self.fate([Self.sender(sender, isProved: isProved)], [row]) == fate)
    }

    @Test("A mail without a sender matches no sender of a rule")
    func nullSender() throws {
        #expect(
            try Self.fate([], [Self.rule(["only_from": ["*@g.h"]])]) == "store sender-not-listed")
        #expect(try Self.fate([], [Self.rule(["not_from": ["*@g.h"]])]) == "forward")
    }

    @Test("Where junk goes into Spam, so does what a rule calls junk, and a copy is stored")
    func otherwiseJunk() throws {
        let row = Self.rule(["only_from": ["*@g.h"], "otherwise": "junk"])
        #expect(
            try Self.fate([Self.sender("y@i.j")], [row], delivery: .gmailSpam)
                == "spam, store sender-not-listed")
        #expect(
            try Self.fate([Self.sender("y@i.j")], [row], junk: .spam, delivery: .gmailSpam)
                == "spam, store spam")
    }

    @Test("No verdicts and no rule make junk bounce, and each recipient has one place at least")
    func junkIsNeverBounced() throws {
        var random = SeededGenerator(seed: 11)
        let actions = ["forward-to-gmail", "bounce", "store", "shred"]
        let patterns = ["ROUTE#a@e.f", "ROUTE#*@e.f", "ROUTE#*", "ROUTE#abuse@e.f"]
        let reasons: [RoutingReason] = [.spam, .dmarcReject, .dmarcQuarantine]
        for _ in 0..<5000 {
            let rows = patterns.shuffled(using: &random).prefix(
                Int.random(in: 0...4, using: &random)
            )
            .map { pk -> RoutingTable.Row in
                var row: [JSONValue.Member] = [
                    .init("action", .string(actions.randomElement(using: &random) ?? "")),
                    .init("target", "me@gmail.com"),
                    .init("keep", .bool(Bool.random(using: &random))),
                ]
                if Bool.random(using: &random) {
                    row.append(.init("until", "2020-01-01T00:00:00Z"))
                }
                if Bool.random(using: &random) {
                    row.append(.init("only_from", ["*@g.h"]))
                    row.append(
                        .init(
                            "otherwise",
                            .string(
                                ["store", "bounce", "junk"].randomElement(using: &random) ?? "")))
                }
                return (pk, .object(row))
            }
            let delivery: JunkDelivery = Bool.random(using: &random) ? .store : .gmailSpam
            let mail = RoutedMail(
                recipients: ["a@e.f", "abuse@e.f", "c@e.f"], timestamp: "2026-01-01T00:00:00.000Z",
                senders: MailSenders([
                    try Self.sender("x@g.h", isProved: Bool.random(using: &random))
                ]),
                junkReason: reasons.randomElement(using: &random))
            let outcome = try RoutingPolicy.decide(
                mail, by: RoutingTable(rows), junkDelivery: delivery)
            #expect(outcome.actions.bounce.isEmpty)
            #expect(outcome.actions.forwardToGmail.allSatisfy { $0.isJunk })
            #expect(outcome.actions.store.map(\.target) == mail.recipients)
            #expect(outcome.actions.store.allSatisfy { $0.reason == mail.junkReason })
            if delivery == .store { #expect(outcome.actions.forwardToGmail.isEmpty) }
        }
    }
}
