import TestSupport
import Testing

@testable import Mail

struct RoutingKeyTests {
    @Test(
        "The keys of a recipient come in the order of their precision, each once",
        arguments: [
            ("user@example.com", ["user@example.com", "*@example.com", "*"]),
            (
                "User+Tag@Example.com",
                [
                    "User+Tag@Example.com", "user+tag@example.com", "user@example.com",
                    "*@example.com", "*",
                ]
            ),
            ("+tag@example.com", ["+tag@example.com", "*@example.com", "*"]),
            (#""a@b"@c.d"#, [#""a@b"@c.d"#, "*@c.d", "*"]),
            ("\u{212A}@c.d", ["\u{212A}@c.d", "*@c.d", "*"]),
            ("user@c.d.", ["user@c.d.", "user@c.d", "*@c.d", "*"]),
            ("no address", ["no address", "*"]),
            ("*@c.d", ["*@c.d", "*"]),
            ("*", ["*"]),
        ])
    func candidates(recipient: String, expected: [String]) {
        #expect(RoutingKey.candidates(for: recipient).map(\.pk) == expected.map { "ROUTE#\($0)" })
    }

    @Test("Only the last two keys are wildcards")
    func wildcards() {
        let keys = RoutingKey.candidates(for: "U+t@e.f")
        #expect(keys.map(\.isWildcard) == [false, false, false, true, true])
    }

    @Test("The keys of several recipients are asked for once each")
    func distinct() {
        #expect(
            RoutingTable.keys(
                for: RoutedMail(recipients: ["a@e.f", "a+t@e.f", "b@g.h", "a@e.f"])) == [
                    "ROUTE#a@e.f", "ROUTE#*@e.f", "ROUTE#*", "ROUTE#a+t@e.f", "ROUTE#b@g.h",
                    "ROUTE#*@g.h", "PATTERNS#e.f", "PATTERNS#g.h",
                ])
    }

    @Test("Two spellings of é are two keys")
    func bytewise() {
        let keys = RoutingTable.keys(
            for: RoutedMail(recipients: ["\u{E9}@e.f", "e\u{301}@e.f"]))
        #expect(keys.count == 5)
        #expect(keys[0].utf8.count + 1 == keys[3].utf8.count)
    }

    @Test(
        "A key longer than DynamoDB's is not asked for", arguments: [(2042, true), (2043, false)])
    func length(bytes: Int, isKept: Bool) {
        let recipient = String(repeating: "a", count: bytes - 4) + "@e.f"
        let keys = RoutingKey.candidates(for: recipient).map(\.pk)
        #expect(keys == (isKept ? ["ROUTE#\(recipient)"] : []) + ["ROUTE#*@e.f", "ROUTE#*"])
    }

    @Test("Hostile recipients have keys, never a trap")
    func fuzz() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<5000 {
            let keys = RoutingKey.candidates(for: random.hostileText())
            #expect((1...5).contains(keys.count))
            #expect(keys.last?.pk == "ROUTE#*")
            #expect(Set(keys.map { Array($0.pk.utf8) }).count == keys.count)
        }
    }
}
