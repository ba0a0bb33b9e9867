import AWS
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The export of another service on its way into the table.
@Suite(.waiting)
struct ForeignImportTests {
    private static let file = """
        {"result": [
          {"id": "1", "name": "Info", "enabled": true,
           "matchers": [{"type": "literal", "field": "to", "value": "info@example.com"}],
           "actions": [{"type": "forward", "value": ["me@gmail.com", "you@gmail.com"]}]},
          {"id": "2", "name": "", "enabled": true,
           "matchers": [{"type": "literal", "field": "to", "value": "w@example.com"}],
           "actions": [{"type": "worker", "value": ["w"]}]}]}
        """

    @Test("The changes and what is left out are shown before anything is written")
    func shown() throws {
        let server = RuleTableServer()
        let import_ = ["rules", "import", "-", "--from", "cloudflare"]
        let shown = try server.run(import_ + ["--dry-run"], input: Self.file)
        #expect(shown.status == 0)
        #expect(shown.output.hasPrefix("+  info@example.com  "))
        #expect(shown.output.contains("\nLeft out w@example.com: it calls a worker.\n"))
        #expect(shown.output.hasSuffix("one change, none written.\n"))
        #expect(server.row("ROUTE#info@example.com") == nil)
        let asked = try server.run(import_, input: Self.file)
        #expect(asked.status == 3)
        #expect(server.row("ROUTE#info@example.com") == nil)
        let made = try server.run(import_ + ["--yes", "--json"], input: Self.file)
        #expect(made.status == 0)
        let answer = try JSONValue(parsing: Array(made.output.utf8))
        #expect(
            answer["warnings"]?.array?.contains("Left out w@example.com: it calls a worker.")
                == true)
        let row = try #require(server.row("ROUTE#info@example.com"))
        #expect(row["action"] == .string("forward-to-gmail"))
        #expect(
            row["targets"] == .list([.string("me@gmail.com"), .string("you@gmail.com")]))
        #expect(row["description"] == .string("Info"))
        let again = try server.run(import_ + ["--yes"], input: Self.file)
        #expect(again.output.hasSuffix("No changes.\n"))
    }

    @Test(
        "What is made is a file of rules that can be imported", arguments: ForeignService.allCases)
    func isFile(service: ForeignService) throws {
        let text =
            switch service {
            case .simplelogin:
                "alias,note,enabled,mailboxes\na@example.com,\\x,True,me@gmail.com you@gmail.com\n"
            case .addy:
                #"{"data": [{"email": "a@example.com", "active": true, "description": "\\x","#
                    + #""recipients": [{"email": "me@gmail.com"}, {"email": "you@gmail.com"}]}]}"#
            case .cloudflare:
                #"{"result": [{"name": "\\x", "enabled": true, "matchers": [{"type": "literal","#
                    + #""field": "to", "value": "a@example.com"}], "actions": [{"type": "forward","#
                    + #""value": ["me@gmail.com", "you@gmail.com"]}]}]}"#
            case .improvmx: "alias,forward\na@example.com,me@gmail.com you@gmail.com\n"
            case .forwardemail:
                #"[{"name": "a", "domain": {"name": "example.com"}, "is_enabled": true, "#
                    + #""recipients": ["me@gmail.com", "you@gmail.com"], "description": "\\x"}]"#
            }
        let found = try ForeignRules(Array(text.utf8), named: "The file x", from: service)
        #expect(found.notes.isEmpty)
        let file = try RuleFile(found.document.bytes, named: "The file x")
        #expect(file.entries.count == 1)
    }

    @Test("An export is never the whole of a deployment's rules, so that it prunes nothing")
    func pruning() throws {
        let run = try RuleTableServer().run(
            ["rules", "import", "-", "--from", "addy", "--prune"], input: "{}")
        #expect(run.status == 64)
    }

    @Test(
        "Fields of a CSV are read as RFC 4180 writes them",
        arguments: [
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,", [["a", "b"], ["1", ""]]),
            ("\"a,\"\"b\"\"\r\nc\",d\n", [["a,\"b\"\r\nc", "d"]]), ("\n\n", []), ("", []),
            ("a\n\n\"\"\n", [["a"]]), ("ä,\"\"\n", [["ä", ""]]),
            ("a,5\" disk,b\nc,d,e\n", [["a", "5\" disk", "b"], ["c", "d", "e"]]),
            ("a,\"b\nc,d\n", nil),
        ] as [(String, [[String]]?)])
    func records(text: String, records: [[String]]?) {
        #expect(ForeignFile.records(Array(text.utf8)) == records)
    }
}
