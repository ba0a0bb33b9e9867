package import AWS
package import TestSupport

/// Rows as people write them, many of them wrong.
package enum RandomRules {
    package static func address(_ generator: inout SeededGenerator) -> String {
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

    /// Rules, patterns and senders that may concern a mail to the address.
    package static func table(for address: String, _ generator: inout SeededGenerator) -> [Item] {
        let candidates = PlainRules.patterns(of: address)
        var rows: [[UInt8]: Item] = [:]
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            let isNear = Int.random(in: 0..<4, using: &generator) > 0
            let other = PlainRules.patterns(of: RandomRules.address(&generator))
            let pattern = (isNear ? candidates : other).randomElement(using: &generator) ?? "*"
            rows[Array(pattern.utf8)] = row(&generator, pattern)
        }
        let senders = [
            "x@g.example", "x+t@sub.g.example", "x@sub.g.example", "*@sub.g.example",
            "*@g.example", "y@h.example", "*@h.example",
        ]
        for sender in senders where Int.random(in: 0..<6, using: &generator) == 0 {
            rows[Array("SENDER#\(sender)".utf8)] = self.sender(sender, &generator)
        }
        // A pattern's domain has no wildcard.
        if let (_, domain) = PlainRules.split(address),
            domain.hasPrefix("example.com")
                || domain.hasPrefix("sub."), Bool.random(using: &generator)
        {
            rows[Array("PATTERNS#".utf8)] = patterns(domain, &generator)
        }
        return rows.values.shuffled(using: &generator)
    }

    private static func sender(_ pattern: String, _ generator: inout SeededGenerator) -> Item {
        let verdicts: [AttributeValue] = [.string("block"), .string("allow"), .null]
        var row: Item = [
            "PK": .string("SENDER#\(pattern)"), "SK": .string("RULE#v1"),
            "verdict": verdicts.randomElement(using: &generator) ?? .null,
        ]
        if Int.random(in: 0..<6, using: &generator) == 0 { row["enabled"] = .bool(false) }
        return row
    }

    private static func patterns(_ domain: String, _ generator: inout SeededGenerator) -> Item {
        let locals = ["b*", "*b", "b?b", "bob*", "*+tag", "?o*", "*x*", "post*", "a*", "\"*"]
        let entries = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let pattern = "\(locals.randomElement(using: &generator) ?? "b*")@\(domain)"
            var entry = row(&generator, pattern).filter { !["PK", "SK"].contains($0.key) }
            let isNamed = Int.random(in: 0..<80, using: &generator) > 0
            entry["pattern"] = isNamed ? .string(pattern) : .number("1")
            return AttributeValue.map(entry)
        }
        let isList = Int.random(in: 0..<40, using: &generator) > 0
        return [
            "PK": .string("PATTERNS#\(domain)"), "SK": .string("RULE#v1"),
            "patterns": isList ? .list(entries) : .string("b*"),
        ]
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
        return row.merging(RandomAttributes.some(&generator)) { $1 }
    }

    package static func row(
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
