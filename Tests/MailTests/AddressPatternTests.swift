import JSON
import TestSupport
import Testing

@testable import Mail

struct AddressPatternTests {
    @Test(
        "Patterns and what they stand for",
        arguments: [
            ("shop-*@e.f", "shop-", true), ("shop-*@e.f", "shop-1", true),
            ("shop-*@e.f", "shop", false), ("*-shop@e.f", "a-shop", true), ("a?c@e.f", "abc", true),
            ("a?c@e.f", "ac", false), ("a?c@e.f", "aéc", true), ("A*@E.f", "a1", true),
            ("a*b*c@e.f", "aXbYc", true), ("a*b*c@e.f", "abbc", true), ("a*b*c@e.f", "acb", false),
            ("*a*@e.f", "banana", true), ("a**b@e.f", "ab", true), ("ab@e.f", "ab", true),
            ("ab@e.f", "abc", false), ("a*a@e.f", "a", false),
        ])
    func matching(pattern: String, local: String, isMatch: Bool) throws {
        #expect(try #require(AddressPattern(pattern)).matches(local: local) == isMatch)
    }

    @Test("No pattern", arguments: ["*@e.f", "a*", "@e.f", "a@*.f", "a@e?f", ""])
    func wrong(text: String) {
        #expect(AddressPattern(text) == nil)
    }

    @Test("A pattern matches as a naive matcher says, on 100,000 random pairs")
    func naive() throws {
        func matches(_ pattern: Substring, _ text: Substring) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            if first == "*" {
                return matches(pattern.dropFirst(), text)
                    || !text.isEmpty && matches(pattern, text.dropFirst())
            }
            return !text.isEmpty && (first == "?" || first == text.first)
                && matches(pattern.dropFirst(), text.dropFirst())
        }
        var random = SeededGenerator(seed: 5)
        var count = 0
        while count < 100_000 {
            let local = String(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    "aab?*".randomElement(using: &random) ?? "a"
                })
            guard let pattern = AddressPattern("\(local)@e.f") else { continue }
            let text = String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    "ab".randomElement(using: &random) ?? "a"
                })
            count += 1
            guard pattern.matches(local: text) != matches(local[...], text[...]) else { continue }
            Issue.record("\(local) and \(text)")
        }
    }

    @Test("Many wildcards take no time")
    func linear() throws {
        let pattern = try #require(
            AddressPattern("\(String(repeating: "a*", count: 1000))b@e.f"))
        #expect(!pattern.matches(local: String(repeating: "a", count: 100_000)))
    }

    private static func row(_ entries: JSONValue...) -> RoutingTable.Row {
        ("PATTERNS#e.f", ["patterns": .array(entries)])
    }

    private static func store(_ pattern: String) -> JSONValue {
        ["pattern": .string(pattern), "action": "store"]
    }

    private static func rule(
        _ recipient: String, _ rows: [RoutingTable.Row]
    ) throws -> String? {
        try RoutingTable(rows).rule(for: recipient)?.rule.pk
    }

    @Test(
        "Patterns come after the address and before the domain, the most literal first",
        arguments: [
            ("shop-1@e.f", "ROUTE#shop-*@e.f"), ("shop-1+tag@e.f", "ROUTE#shop-*@e.f"),
            ("x+tag@e.f", "ROUTE#*+tag@e.f"),
            ("shop-1+x@e.f", "ROUTE#shop-*@e.f"), ("SHOP-2@E.F", "ROUTE#shop-2@e.f"),
            ("shop-2+tag@e.f", "ROUTE#shop-2@e.f"), ("s1@e.f", "ROUTE#s?@e.f"),
            ("x@e.f", "ROUTE#*@e.f"), ("shop-1@g.h", nil),
        ])
    func order(recipient: String, rule: String?) throws {
        let rows: [RoutingTable.Row] = [
            ("ROUTE#*@e.f", ["action": "bounce"]), ("ROUTE#shop-2@e.f", ["action": "bounce"]),
            Self.row(
                Self.store("s?@e.f"), Self.store("s*@e.f"), Self.store("shop-*@e.f"),
                Self.store("*+tag@e.f")),
        ]
        #expect(try Self.rule(recipient, rows) == rule)
    }

    @Test("Of two that are as literal the first in the list decides; a disabled one is passed over")
    func ties() throws {
        #expect(
            try Self.rule("ab@e.f", [Self.row(Self.store("a*@e.f"), Self.store("*b@e.f"))])
                == "ROUTE#a*@e.f")
        #expect(
            try Self.rule(
                "ab@e.f",
                [
                    Self.row(
                        ["pattern": "a*@e.f", "action": "store", "enabled": false],
                        Self.store("*b@e.f"))
                ]) == "ROUTE#*b@e.f")
    }

    @Test("A pattern counts as a wildcard: it bounces no role address")
    func role() throws {
        let actions = try RoutingPolicy.decide(
            RoutedMail(recipients: ["abuse@e.f"]),
            by: RoutingTable([Self.row(["pattern": "ab*@e.f", "action": "bounce"])]),
            junkDelivery: .store
        ).actions
        #expect(
            actions.store
                == [RoutingTarget(target: "abuse@e.f", rule: "ROUTE#ab*@e.f", reason: .roleAddress)]
        )
    }

    @Test(
        "A row of patterns that cannot be read fails what comes to it, and only that",
        arguments: [
            "x", ["x"], [["pattern": 1]], [["pattern": "a*@other.f"]], [["action": "store"]],
            .array((0..<101).map { ["pattern": .string("a\($0)*@e.f"), "action": "store"] }),
        ] as [JSONValue])
    func unreadable(patterns: JSONValue) throws {
        let rows: [RoutingTable.Row] = [
            ("PATTERNS#e.f", ["patterns": patterns]), ("ROUTE#*@e.f", ["action": "store"]),
            ("ROUTE#named@e.f", ["action": "store"]),
        ]
        #expect(throws: RoutingFailure.self) { try Self.rule("a1@e.f", rows) }
        #expect(try Self.rule("named@e.f", rows) == "ROUTE#named@e.f")
    }
}
