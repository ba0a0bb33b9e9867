import AWS
import TestSupport

/// Rows as people write them, many of them wrong.
enum RandomRules {
    static func address(_ generator: inout SeededGenerator) -> String {
        let locals = [
            "bob", "Bob", "bob+tag", "bob+TAG+x", "\"bob+x\"", "postmaster", "abuse+x", "+bob",
            "\u{212A}en", "a@b", "",
        ]
        let domains = ["example.com", "EXAMPLE.com", "sub.example.org", "example.com.", ""]
        let isHostile = Int.random(in: 0..<8, using: &generator) == 0
        if isHostile {
            let text = generator.hostileText()
            return text.isEmpty ? "x" : text
        }
        let local = locals.randomElement(using: &generator) ?? ""
        let domain = domains.randomElement(using: &generator) ?? ""
        return "\(local)@\(domain)"
    }

    static func table(for address: String, _ generator: inout SeededGenerator) -> [Item] {
        let candidates = PlainRules.patterns(of: address)
        var rows: [[UInt8]: Item] = [:]
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let isNear = Int.random(in: 0..<4, using: &generator) > 0
            let other = PlainRules.patterns(of: RandomRules.address(&generator))
            let pattern = (isNear ? candidates : other).randomElement(using: &generator) ?? "*"
            rows[Array(pattern.utf8)] = row(&generator, pattern)
        }
        return rows.values.shuffled(using: &generator)
    }

    private static func row(_ generator: inout SeededGenerator, _ pattern: String) -> Item {
        let actions = [
            "forward-to-gmail", "forward-to-gmail", "bounce", "bounce", "store", "delete", "",
        ]
        let targets: [AttributeValue] = [
            .string("me@gmail.com"), .string(" Me@Gmail.com "), .string(""), .string("nobody"),
            .null,
        ]
        let flags: [AttributeValue?] = [
            .bool(true), .bool(true), nil, .bool(false), .string("false"), .string("TRUE"), .null,
            .number("0"),
        ]
        var row = row(pattern, actions.randomElement(using: &generator) ?? "")
        row["target"] = targets.randomElement(using: &generator)
        row["enabled"] = flags.randomElement(using: &generator) ?? nil
        if Int.random(in: 0..<9, using: &generator) == 0 { row["action"] = nil }
        return row
    }

    static func row(
        _ pattern: String, _ action: String, target: String = "",
        enabled: AttributeValue = .bool(true)
    ) -> Item {
        [
            "PK": .string("ROUTE#\(pattern)"), "SK": .string("RULE#v1"),
            "recipient": .string(pattern), "action": .string(action), "target": .string(target),
            "enabled": enabled, "description": .string("words"),
        ]
    }
}
