import AWS
import FunctionTestSupport
import Foundation
import JSON
import Mail
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What `rules import` does with a file, and when AWS fails half-way.
@Suite(.waiting)
struct RuleFileTests {
    private func error(_ file: String) -> String? {
        do {
            _ = try RuleFile(Array(file.utf8), named: "F")
            return nil
        } catch {
            return (error as? Failure)?.sentence ?? "\(error)"
        }
    }

    @Test(
        "What is no list of rules is not taken for an empty one",
        arguments: [#"{"rules": [{"recipient": "*", "action": "store"}]}"#, #""[]""#, "null", "7"])
    func noList(file: String) throws {
        #expect(error(file) == "F holds no list of rules; nothing was changed.")
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let run = try CommandRun(
            ["rules", "import", "-", "--prune", "--yes"], at: server.url, input: file)
        #expect(run.status == 1)
        #expect(run.sentence.contains("holds no list of rules"))
        #expect(server.requests.isEmpty)
    }

    @Test("An empty list does not delete all rules")
    func emptyList() throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let run = try CommandRun(
            ["rules", "import", "-", "--prune", "--yes"], at: server.url, input: "[]")
        #expect(run.status == 1)
        #expect(
            run.sentence
                == "ses-mail: Standard input holds no rule, and --prune would delete all rules "
                + "of the deployment. Nothing was changed. Delete them one by one with: ses-mail "
                + "rules remove ADDRESS --env test")
        #expect(server.requests.isEmpty)
    }

    @Test(
        "A typing error or a wrong type is refused, and never read as the default",
        arguments: [
            (#""enabled": "false""#, "enabled is neither true nor false, without quotes"),
            (#""enabled": null"#, "enabled is neither true nor false, without quotes"),
            (#""enabeld": false"#, "enabeld is not a member of a rule"),
            (#""enabled": true, "enabled": false"#, "enabled is given twice"),
            (#""description": 5"#, "description is not a text"),
            (#""target": 7"#, "target is not a text"),
            (
                #""description": "a\nb""#,
                "description holds a line break or another control character; write it on one line"
            ),
            (#""description": "say \"no\"""#, #"description holds a "; write ' instead"#),
            (#""description": "a\\b""#, #"description holds a \; write / or ' instead"#),
        ])
    func wrong(member: String, words: String) {
        let rule = #"{"recipient": "a@b.example", "action": "store", \#(member)}"#
        let file = #"[{"recipient": "*", "action": "bounce"}, \#(rule)]"#
        #expect(error(file) == "F, rule 2 (a@b.example): \(words); nothing was changed.")
    }

    @Test("What is no object is no rule")
    func noObject() {
        #expect(error("[7]") == "F, rule 1: it is not an object; nothing was changed.")
    }

    @Test("Braces, commas and other letters may stand in a description")
    func description() throws {
        let rule = #"{"recipient": "*", "action": "store", "description": "{ü}, 'x' <y>"}"#
        #expect(error("[\(rule)]") == nil)
    }

    @Test(
        "Words that would break the routing log's line are refused by rules set",
        arguments: ["a\"b", "a\\b", "a\nb", "\u{1B}[2J"])
    func set(description: String) throws {
        let run = try CommandRun(
            ["rules", "set", "*", "store", "--description", description],
            at: "http://127.0.0.1:1")
        #expect(run.status == 64)
        #expect(run.complaint.hasPrefix("Error: --description holds a "))
    }

    @Test("Eight thousand rules are compared and judged in seconds")
    func large() throws {
        let rows = StoredRules((0..<8000).map { RandomRules.row("u\($0)@example.com", "store") })
        let start = Self.processorSeconds()
        let file = try RuleFile(Array(RuleExport(rows).text.utf8), named: "F")
        #expect(file.changes(from: rows, prunes: true) == [])
        #expect(file.changes(from: StoredRules([]), prunes: true).count == 8000)
        let lint = RuleLint(rows, token: { _ in .own })
        #expect(lint.findings.map(\.pattern) == ["*"])
        // It was minutes when each rule was compared with each.
        #expect(Self.processorSeconds() - start < 15)
    }

    /// What this thread has had of the processor, whoever else works on the machine.
    private static func processorSeconds() -> Double {
        var spent = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent)
        return Double(spent.tv_sec) + Double(spent.tv_nsec) / 1e9
    }

    @Test("A rule that decides is exported, with such a target as a file can have")
    func oddTargets() throws {
        let rules = StoredRules(
            ["bounce", "forward-to-gmail", "store"].map { action in
                var row = RandomRules.row("\(action)@example.com", action)
                row["target"] = .string(" Me@gmail.com ")
                return row
            })
        let export = RuleExport(rules)
        #expect(export.notes == [])
        let file = try RuleFile(Array(export.text.utf8), named: "F")
        #expect(file.entries.map { $0.attributes["target"] } == [nil, "Me@gmail.com", nil])
        #expect(file.changes(from: rules, prunes: true) == [])
    }

    @Test("Rows that were put with the AWS CLI mean what they meant, and are exported whole")
    func put() throws {
        let rows = [
            """
            {"PK": {"S": "ROUTE#support@example.com"}, "SK": {"S": "RULE#v1"},
            "entity_type": {"S": "ROUTE"}, "recipient": {"S": "support@example.com"},
            "action": {"S": "forward-to-gmail"}, "target": {"S": "your-email@gmail.com"},
            "enabled": {"BOOL": true}, "created_at": {"S": "2025-01-18T10:00:00Z"},
            "updated_at": {"S": "2025-01-18T10:00:00Z"},
            "description": {"S": "Forward support emails to Gmail"}}
            """,
            """
            {"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "entity_type": {"S": "ROUTE"},
            "recipient": {"S": "*"}, "action": {"S": "bounce"}, "target": {"S": ""},
            "enabled": {"BOOL": true}, "created_at": {"S": "2025-01-18T10:00:00Z"},
            "updated_at": {"S": "2025-01-18T10:00:00Z"},
            "description": {"S": "Default: bounce all unmatched emails"}}
            """,
        ]
        let rules = StoredRules(try rows.map { Item(try JSONValue(parsing: $0)) })
        let export = RuleExport(rules)
        #expect(export.notes == [])
        #expect(
            export.text == """
                [
                  {"recipient":"*","action":"bounce","enabled":true,\
                "description":"Default: bounce all unmatched emails"},
                  {"recipient":"support@example.com","action":"forward-to-gmail",\
                "target":"your-email@gmail.com","enabled":true,\
                "description":"Forward support emails to Gmail"}
                ]
                """)
        #expect(
            try RuleFile(Array(export.text.utf8), named: "F").changes(from: rules, prunes: true)
                == [])
        for (recipient, fate) in [
            ("support+x@example.com", "is forwarded to your-email@gmail.com"),
            ("else@example.com", "is bounced"), ("abuse@example.com", "is stored"),
        ] {
            let mail = RoutedMail(recipients: [recipient])
            #expect(RuleExplanation(of: mail, by: rules).fate == fate)
        }
    }

    @Test("An export holds only what an import takes, and says what it leaves out")
    func export() throws {
        var misplaced = RandomRules.row("b@example.com", "store")
        misplaced["SK"] = .string("RULE#v2")
        var spoken = RandomRules.row("c@example.com", "bounce")
        spoken["description"] = .string("say \"no\"\n\\o/")
        let export = RuleExport(
            StoredRules([
                RandomRules.row("", "store"), RandomRules.row("*@Upper.COM", "store"),
                RandomRules.row("a@example.com", "store"), misplaced, spoken,
                RandomRules.row("d@example.com", "drop"), RandomRules.row("E@example.com", "store"),
            ]))
        #expect(
            export.notes == [
                "The row ROUTE# is left out: recipient is not an address, *@domain, * or a pattern "
                    + "such as a-*@domain.",
                "The row ROUTE#*@Upper.COM is left out: no mail is looked up in this spelling.",
                "The row ROUTE#E@example.com is left out: rules import writes in lower case.",
                "The row ROUTE#b@example.com is left out: its sort key is RULE#v2, not RULE#v1.",
                "The description of c@example.com is written with ' and / and blanks.",
                "The row ROUTE#d@example.com is left out: action must be forward-to-gmail, "
                    + "bounce or store.",
            ])
        let entries = try RuleFile(Array(export.text.utf8), named: "F").entries
        #expect(entries.map(\.name) == ["a@example.com", "c@example.com"])
        #expect(entries.last?.description == "say 'no' /o/")
    }

    /// A table of which the third write is refused.
    private func refusingTable() throws -> LoopbackServer {
        let count = Mutex(0)
        return try LoopbackServer { request in
            guard request.header("X-Amz-Target")?.hasSuffix("TransactWriteItems") == true else {
                return Answer(200, [], #"{"Items": []}"#)
            }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number < 3
                ? Answer(200, [], "{}")
                : Answer(400, [], #"{"__type": "x#AccessDeniedException", "Message": "no"}"#)
        }
    }

    @Test("An import that breaks off half-way says how far it came")
    func halfWay() throws {
        let server = try refusingTable()
        defer { server.stop() }
        let rules = (0..<250).map { #"{"recipient": "u\#($0)@b.example", "action": "store"}"# }
        let run = try CommandRun(
            ["rules", "import", "-", "--yes", "--json"], at: server.url,
            input: "[\(rules.joined(separator: ","))]")
        #expect(run.status == 3)
        #expect(
            run.sentence.hasPrefix(
                "ses-mail: After 200 of 250 changes: AWS refuses DynamoDB.TransactWriteItems"))
        let answer = try JSONValue(parsing: Array(run.output.utf8))
        #expect(answer["written"] == false)
        #expect(answer["written_count"] == 200)
        #expect(answer["changes"]?.array?.count == 250)
        // Each step has a token of its own, so that it can be repeated.
        let tokens = try server.requests.filter { $0.bodyText.hasPrefix("{") }.compactMap {
            try JSONValue(parsing: $0.body)["ClientRequestToken"]?.string
        }
        #expect(Set(tokens).count == 3)
        #expect(tokens.allSatisfy { (1...36).contains($0.utf8.count) })
    }
}
