import AWS
import FunctionTestSupport
import JSON
import Lambda
import TestSupport
import Testing

@testable import Mail
@testable import router_enrichment
@testable import ses_mail

/// `rules explain` and the router, judged by what is written here and not by each other.
struct RuleExplanationTests {
    @Test("An address has the fate that its rules give it", arguments: RuleFate.all)
    func fate(of known: RuleFate) throws {
        let mail = PlainMail(known.address)
        #expect(try RuleFate.explained(mail, known.rows) == known.fate)
        #expect(try RuleFate.routed(mail, known.rows) == known.fate)
    }

    @Test("10,000 random tables and mails have the fate that a plain reading of them gives")
    func agrees() throws {
        var generator = SeededGenerator(seed: 5)
        var words: [Substring: Int] = [:]
        for round in 0..<10_000 {
            let mail = PlainMail.random(to: RandomRules.address(&generator), &generator)
            let rows = RandomRules.table(for: mail.recipient, &generator)
            let expected = PlainRules(rows).fate(of: mail)
            let explained = try RuleFate.explained(mail, rows)
            let routed = try RuleFate.routed(mail, rows)
            guard explained == expected, routed == expected else {
                Issue.record(
                    "round \(round): \(expected), not \(explained) and \(routed): \(mail) \(rows)")
                return
            }
            for word in Set(expected.split { " ;".contains($0) }) { words[word, default: 0] += 1 }
        }
        // The random tables are no good if they never come to one of these.
        let seen = [
            "forward-to-gmail", "bounce", "store", "fail", "junk", "calendar", "never-spam",
            "keep", "ended", "sender-not-listed", "blocked-sender", "virus", "spam",
            "dmarc-reject", "dmarc-quarantine", "role-address", "no-rule",
        ]
        for word in seen { #expect(words[Substring(word), default: 0] > 20, "\(word)") }
    }

    @Test("The candidates are told in their order, each with what became of it")
    func order() {
        let rows = [
            RandomRules.row("bob@example.com", "store", enabled: .bool(false)),
            RandomRules.row("*@example.com", "forward-to-gmail", target: "me@gmail.com"),
            RandomRules.row("*", "bounce"),
        ]
        let explanation = RuleExplanation(
            of: RoutedMail(recipients: ["Bob+x@example.com"]), by: StoredRules(rows))
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
    static func explained(_ mail: PlainMail, _ rows: [Item]) throws -> String {
        let explanation = RuleExplanation(
            of: RoutedMail(
                try ReceivedMail(mail.sample.notification), junkDelivery: mail.junkDelivery),
            by: StoredRules(rows), junkDelivery: mail.junkDelivery)
        let marked = explanation.candidates.filter { $0.state == .matched }.map(\.pattern)
        if explanation.problem != nil {
            return "fail \(explanation.rule ?? marked.first ?? "")"
        }
        guard marked == explanation.rule.map({ [RuleIndex.pattern(of: $0)] }) ?? [] else {
            return "marks \(marked) and says \(explanation.rule ?? "none")"
        }
        var writer = JSONWriter()
        explanation.actions.write(to: &writer)
        return PlainRules.text(of: try JSONValue(parsing: writer.bytes))
    }

    /// What the router's handler does with the mail, with this table.
    static func routed(_ mail: PlainMail, _ rows: [Item]) throws -> String {
        let output = CapturedOutput()
        let handler = RouterHandler(
            findRows: { keys in
                let keys = Set(keys.map { Array($0.utf8) })
                return rows.filter { keys.contains(Array(($0["PK"]?.string ?? "").utf8)) }
                    .map { ($0["PK"]?.string ?? "", $0.plain) }
            }, readTestToken: nil, lookupFailedAction: .bounce, junkDelivery: mail.junkDelivery,
            canary: nil, metrics: output.metrics,
            tracer: Tracer(daemonAddress: nil))
        let event: JSONValue = [SampleRecord.sqs(mail.sample.text)]
        do {
            let answer = try handler.handle(Invocation(event.bytes, output: output))
            let actions = try JSONValue(parsing: answer).array?.first?["actions"]
            return PlainRules.text(of: try #require(actions))
        } catch let failure as RoutingFailure {
            switch failure {
            case .forwardWithoutTarget(let rule), .wrongRule(let rule, _): return "fail \(rule)"
            case .noRecipients, .tooLarge: throw failure
            }
        }
    }
}
