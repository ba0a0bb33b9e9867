import AWS
import FunctionTestSupport
import JSON
import TestSupport
import Testing

@testable import Mail
@testable import ses_mail

/// Rules with every attribute, from the command line into the table, into a file and back.
@Suite(.waiting)
struct RuleAttributeTests {
    private static let everything = [
        "rules", "set", "a@example.com", "forward", "me@gmail.com", "you@gmail.com", "--keep",
        "--archive", "--read", "--star", "--never-spam", "--calendar", "--label", "Label_7",
        "IMPORTANT", "--until", "2031-01-31", "--then", "store", "--only-from", "x@g.example",
        "*@h.example", "--not-from", "y@h.example", "--otherwise", "junk", "--description", "All",
    ]

    private static let row: JSONValue = [
        "action": "forward-to-gmail", "targets": ["me@gmail.com", "you@gmail.com"], "keep": true,
        "labels": [
            "me@gmail.com": ["Label_7", "IMPORTANT"], "you@gmail.com": ["Label_7", "IMPORTANT"],
        ],
        "inbox": false, "unread": false, "star": true, "never_spam": true, "calendar": true,
        "until": "2031-01-31T00:00:00Z", "then": "store",
        "only_from": ["x@g.example", "*@h.example"], "not_from": ["y@h.example"],
        "otherwise": "junk", "enabled": true, "description": "All",
    ]

    private static func known(_ item: Item?) -> JSONValue? {
        item?.filter { RoutingRule.attributeNames.contains($0.key) && $0.key != "target" }.plain
            .sorted
    }

    @Test("Every option of rules set is an attribute of the row, and the row says nothing else")
    func set() throws {
        let table = RuleTableServer()
        let run = try table.run(Self.everything)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(
            run.output.hasPrefix(
                "a@example.com: forward-to-gmail me@gmail.com you@gmail.com, keep, label Label_7 "
                    + "IMPORTANT for me@gmail.com, label Label_7 IMPORTANT for you@gmail.com, "
                    + "archive, read, star, never spam, calendar, until 2031-01-31T00:00:00Z, "
                    + "then store, only from x@g.example *@h.example, not from y@h.example, "
                    + "otherwise junk\n"))
        #expect(Self.known(table.row("ROUTE#a@example.com")) == Self.row.sorted)
        // What is not given is taken away, but for the description.
        #expect(try table.run(["rules", "set", "a@example.com", "store"]).status == 0)
        #expect(
            Self.known(table.row("ROUTE#a@example.com"))
                == (["action": "store", "enabled": true, "description": "All"] as JSONValue).sorted)
    }

    @Test("An attribute that no rule has, and a wrong one, stay when another one is changed")
    func kept() throws {
        var row = RandomRules.row("a@example.com", "store")
        row["colour"] = .stringSet(["red"])
        row["picture"] = .other(["B": "AA=="])
        row["keep"] = .string("yes")
        let table = RuleTableServer([row])
        #expect(try table.run(["rules", "disable", "a@example.com"]).status == 0)
        let disabled = try #require(table.row("ROUTE#a@example.com"))
        for name in ["colour", "picture", "keep"] { #expect(disabled[name] == row[name]) }
        #expect(disabled["enabled"] == .bool(false))
        #expect(try table.run(["rules", "set", "a@example.com", "store"]).status == 0)
        let set = try #require(table.row("ROUTE#a@example.com"))
        #expect(set["keep"] == nil && set["colour"] == row["colour"])
    }

    @Test("Export and import carry rules, patterns and senders whole")
    func files() throws {
        let table = RuleTableServer()
        let commands = [
            Self.everything, ["rules", "set", "shop-*@example.com", "forward", "me@gmail.com"],
            ["rules", "set", "?@example.com", "bounce", "--until", "2031-01-31"],
        ]
        for command in commands { #expect(try table.run(command).status == 0) }
        let sender = #"{"sender":"*@spam.example","verdict":"block","enabled":true}"#
        let imported = try table.run(["rules", "import", "-", "--yes"], input: "[\(sender)]")
        #expect(imported.output.hasPrefix("+  from *@spam.example  block\n"))
        #expect(table.row("SENDER#*@spam.example")?["verdict"] == .string("block"))
        let file = try table.run(["rules", "export"]).output
        let lines = file.split(separator: "\n").map { $0.trimming(",") }
        #expect(
            lines.dropFirst().dropLast() == [
                #"{"recipient":"shop-*@example.com","action":"forward-to-gmail","#
                    + #""target":"me@gmail.com","enabled":true}"#,
                #"{"recipient":"?@example.com","action":"bounce","until":"2031-01-31T00:00:00Z","#
                    + #""enabled":true}"#,
                String(
                    decoding: JSONValue.object(
                        [.init("recipient", "a@example.com")] + (Self.row.members ?? [])
                    ).bytes, as: UTF8.self), sender,
            ])
        let unchanged = try table.run(["rules", "import", "-", "--prune"], input: file)
        #expect(unchanged.output == "No changes.\n")
        let other = RuleTableServer()
        let written = try other.run(["rules", "import", "-", "--yes"], input: file)
        #expect(written.status == 0, "\(written.complaint)")
        #expect(try other.run(["rules", "export"]).output == file)
        #expect(
            other.patterns("example.com").map { $0["pattern"]?.string } == [
                "shop-*@example.com", "?@example.com",
            ])
    }

    @Test("A file of the first form is read as before")
    func oldFile() throws {
        let file = """
            [{"recipient":"*","action":"bounce","target":"","enabled":true,"description":""},
             {"recipient":"a@b.example","action":"forward-to-gmail","target":"me@gmail.com"}]
            """
        let entries = try RuleFile(Array(file.utf8), named: "F").entries
        #expect(entries.map(\.text) == ["bounce", "forward-to-gmail me@gmail.com"])
    }

    @Test(
        "A wrong attribute in a file is named",
        arguments: [
            (#""keep": "yes""#, "keep is neither true nor false"),
            (#""until": "soon""#, "until is not a time such as 2027-01-31T00:00:00Z"),
            (#""only_from": []"#, "only_from is empty, and would let nobody in"),
            (#""targets": "a@b.example""#, "targets is not a list of texts"),
            (#""targets": ["a@b.example"]"#, "store takes no target"),
        ])
    func wrong(member: String, words: String) throws {
        let file = #"[{"recipient": "a@b.example", "action": "store", \#(member)}]"#
        let failure = try #require(throws: Failure.self) {
            try RuleFile(Array(file.utf8), named: "F")
        }
        #expect(failure.sentence == "F, rule 1 (a@b.example): \(words); nothing was changed.")
    }

    @Test("A list shows what a rule says in one column, and all of it as JSON")
    func list() throws {
        let table = RuleTableServer()
        #expect(try table.run(Self.everything).status == 0)
        let listed = try table.run(["rules", "list"]).output
        #expect(listed.contains("  me@gmail.com you@gmail.com  keep, label Label_7 IMPORTANT for"))
        #expect(listed.split(separator: "\n").allSatisfy { $0.count < 140 })
        let json = try JSONValue(
            parsing: Array(
                try table.run(["rules", "show", "a@example.com", "--json"]).output.utf8))
        for member in Self.row.members ?? [] { #expect(json[member.name] == member.value) }
    }

    @Test(
        "Options that do not fit are refused before AWS is asked",
        arguments: [
            ["store", "--keep"], ["bounce", "--label", "Label_1"], ["store", "--then", "bounce"],
            ["store", "--otherwise", "junk"], ["store", "--until", "soon"],
            ["store", "--only-from", "nobody"], ["store", "me@gmail.com"],
        ])
    func usage(arguments: [String]) throws {
        let run = try CommandRun(
            ["rules", "set", "a@b.example"] + arguments, at: "http://127.0.0.1:1")
        #expect(run.status == 64)
    }
}

extension Substring {
    fileprivate func trimming(_ end: Character) -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == end }.reversed())
    }
}
