import AWS
import FunctionTestSupport
import JSON
import Lambda
import Mail
import TestSupport
import Testing

@testable import router_enrichment
@testable import ses_mail

/// `rules explain` and the router, judged by what is written here and not by each other.
struct RuleExplanationTests {
    @Test("An address has the fate that its rules give it", arguments: RuleFate.all)
    func fate(of known: RuleFate) throws {
        #expect(RuleFate.explained(known.address, known.rows) == known.fate)
        #expect(try RuleFate.routed(known.address, known.rows) == known.fate)
    }

    @Test("Random tables and addresses have the fate that a plain reading of the rules gives them")
    func agrees() throws {
        var generator = SeededGenerator(seed: 5)
        var fates: [String: Int] = [:]
        for round in 0..<600 {
            let address = RandomRules.address(&generator)
            let rows = RandomRules.table(for: address, &generator)
            let expected = PlainRules(rows).fate(of: address)
            let comment: Comment = "round \(round): \(address) \(rows)"
            try #require(RuleFate.explained(address, rows) == expected, comment)
            try #require(try RuleFate.routed(address, rows) == expected, comment)
            fates[expected.prefix { $0 != " " }.description, default: 0] += 1
        }
        // The random tables are no good if they never come to one of these.
        for action in ["forward-to-gmail", "bounce", "store", "fail"] {
            #expect(fates[action, default: 0] > 30, "\(fates)")
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
                "bob@example.com: disabled", "*@example.com: matched", "*: not reached",
            ])
        #expect(
            explanation.sentence
                == "Mail to Bob+x@example.com is forwarded to me@gmail.com, by the rule for "
                + "*@example.com.")
    }
}

/// An address, a table, and what becomes of mail to it: the action, then the destination, the rule
/// and the reason, where there are any.
struct RuleFate: CustomTestStringConvertible {
    let name: String
    let address: String
    let rows: [Item]
    let fate: String

    init(_ name: String, _ address: String, _ rows: [Item], _ fate: String) {
        (self.name, self.address, self.rows, self.fate) = (name, address, rows, fate)
    }

    var testDescription: String { name }

    /// What `rules explain` says. The rule that it marks must be the one that it says decided.
    static func explained(_ address: String, _ rows: [Item]) -> String {
        let explanation = RuleExplanation(address, rows: rows.map { RuleRow(item: $0) })
        let marked = explanation.candidates.filter { $0.state == .matched }
            .map { "ROUTE#\($0.pattern)" }
        guard marked == (explanation.rule.map { [$0] } ?? []) else {
            return "marks \(marked) and says \(explanation.rule ?? "none")"
        }
        var destination: String?
        if case .forward(let address) = explanation.fate { destination = address }
        return text(explanation.action, destination, explanation.rule, explanation.reason)
    }

    /// What the router's handler does with a mail to the address, with this table.
    static func routed(_ address: String, _ rows: [Item]) throws -> String {
        let output = CapturedOutput()
        let handler = RouterHandler(
            findRows: { keys in
                let keys = Set(keys.map { Array($0.utf8) })
                return rows.filter { keys.contains(Array(($0["PK"]?.string ?? "").utf8)) }
                    .map { ($0["PK"]?.string ?? "", $0.plain) }
            }, readTestToken: nil, lookupFailedAction: .bounce, junkDelivery: .store, canary: nil,
            metrics: output.metrics,
            tracer: Tracer(daemonAddress: nil))
        let mail = SampleMail { $0.recipients = [address] }
        let event: JSONValue = [SampleRecord.sqs(mail.text)]
        do {
            let answer = try handler.handle(Invocation(event.bytes, output: output))
            let actions = try JSONValue(parsing: answer).array?.first?["actions"]
            let chosen = try #require(
                actions?.members?.first { $0.value["count"]?.integer == 1 })
            let target = chosen.value["targets"]?.array?.first
            return text(
                chosen.name, target?["destination"]?.string, target?["rule"]?.string,
                target?["reason"]?.string)
        } catch let failure as RoutingFailure {
            guard case .forwardWithoutTarget(let rule) = failure else { throw failure }
            return text("fail", nil, rule, nil)
        }
    }

    private static func text(
        _ action: String, _ destination: String?, _ rule: String?, _ reason: String?
    ) -> String {
        [action, destination, rule, reason].compactMap { $0 }.joined(separator: " ")
    }
}
