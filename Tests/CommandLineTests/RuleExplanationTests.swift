import AWS
import FunctionTestSupport
import JSON
import Lambda
import Mail
import TestSupport
import Testing

@testable import router_enrichment
@testable import ses_mail

/// Does `rules explain` say what the router does?
struct RuleExplanationTests {
    @Test("It agrees with the router on ten thousand random tables and addresses")
    func agrees() throws {
        var generator = SeededGenerator(seed: 5)
        var fates: [String: Int] = [:]
        for round in 0..<10_000 {
            let address = RandomRules.address(&generator)
            let rows = RandomRules.table(for: address, &generator)
            let explanation = RuleExplanation(
                address,
                rows: rows.filter { row in
                    RoutingKeys.of(address).contains(Array((row["PK"]?.string ?? "").utf8))
                }.map { RuleRow(item: $0) })
            let expected = try RouterFate(address, rows: rows)
            try #require(
                RouterFate(explanation) == expected, "round \(round): \(address) \(rows)")
            // What is marked as having matched is what decided.
            let matched = explanation.candidates.filter { $0.state == .matched }.map(\.pattern)
            try #require(
                matched.map { "ROUTE#\($0)" } == (expected.rule.map { [$0] } ?? []),
                "round \(round): \(address) \(rows)")
            fates[expected.action, default: 0] += 1
        }
        // The random tables are no good if they never come to one of these.
        for action in ["forward-to-gmail", "bounce", "store", "fail"] {
            #expect(fates[action, default: 0] > 500, "\(fates)")
        }
    }

    @Test("The candidates are told in their order, each with what became of it")
    func order() {
        let rows = [
            RandomRules.row("bob@example.com", "store", enabled: .bool(false)),
            RandomRules.row("*@example.com", "forward-to-gmail", target: "me@gmail.com"),
            RandomRules.row("*", "bounce"),
        ].map { RuleRow(item: $0) }
        let explanation = RuleExplanation("Bob+x@example.com", rows: rows)
        #expect(
            explanation.candidates.map { "\($0.pattern): \($0.state.rawValue)" } == [
                "Bob+x@example.com: no rule", "bob+x@example.com: no rule",
                "bob@example.com: disabled", "*@example.com: matched", "*: not asked",
            ])
        #expect(
            explanation.sentence
                == "Mail to Bob+x@example.com is forwarded to me@gmail.com, by the rule for "
                + "*@example.com.")
    }
}

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
        let candidates = RoutingKeys.patterns(of: address)
        var rows: [[UInt8]: Item] = [:]
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let isNear = Int.random(in: 0..<4, using: &generator) > 0
            let other = RoutingKeys.patterns(of: RandomRules.address(&generator))
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

/// What the router's own process answers, or what the explanation says of it.
private struct RouterFate: Equatable {
    let action: String
    let destination: String?
    let rule: String?
    let reason: String?

    init(_ explanation: RuleExplanation) {
        action = explanation.action
        if case .forward(let address) = explanation.fate {
            destination = address
        } else {
            destination = nil
        }
        rule = explanation.rule
        reason = explanation.reason
    }

    /// Runs the router's handler on a mail to the address, with this table.
    init(_ address: String, rows: [Item]) throws {
        let output = CapturedOutput()
        let handler = RouterHandler(
            findRules: { keys in
                let keys = Set(keys.map { Array($0.utf8) })
                return rows.filter { keys.contains(Array(($0["PK"]?.string ?? "").utf8)) }
                    .compactMap { RoutingRule($0) }
            }, readTestToken: nil, lookupFailedAction: .bounce, metrics: output.metrics,
            tracer: Tracer(daemonAddress: nil))
        let mail = SampleMail { $0.recipients = [address] }
        let event: JSONValue = [SampleRecord.sqs(mail.text)]
        do {
            let answer = try handler.handle(Invocation(event.bytes, output: output))
            let actions = try JSONValue(parsing: answer).array?.first?["actions"]
            let chosen = try #require(
                actions?.members?.first { $0.value["count"]?.integer == 1 })
            let target = chosen.value["targets"]?.array?.first
            self.init(
                action: chosen.name, destination: target?["destination"]?.string,
                rule: target?["rule"]?.string, reason: target?["reason"]?.string)
        } catch let failure as RoutingFailure {
            guard case .forwardWithoutTarget(let rule) = failure else { throw failure }
            self.init(action: "fail", destination: nil, rule: rule, reason: nil)
        }
    }

    private init(action: String, destination: String?, rule: String?, reason: String?) {
        self.action = action
        self.destination = destination
        self.rule = rule
        self.reason = reason
    }
}

/// The keys of an address as bytes: equal texts may be different keys.
enum RoutingKeys {
    static func of(_ address: String) -> Set<[UInt8]> {
        Set(RoutingKey.candidates(for: address).map { Array($0.pk.utf8) })
    }

    static func patterns(of address: String) -> [String] {
        RoutingKey.candidates(for: address).map {
            String(decoding: $0.pk.utf8.dropFirst("ROUTE#".utf8.count), as: UTF8.self)
        }
    }
}
