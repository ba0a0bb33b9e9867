import AWS
import FunctionTestSupport
import Foundation
import JSON
import TestSupport
import Testing

/// The commands about rules, against a deployed world.
@Suite(.waiting)
struct RulesCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test("A rule's life is told as it was accepted")
    func life() throws {
        let transcript = try world.transcript([
            ["rules", "list"],
            ["rules", "lint"],
            ["rules", "set", "*", "bounce", "--description", "Nobody here"],
            ["rules", "set", "Support@Example.com", "forward", "me@gmail.com"],
            ["rules", "set", "support@example.com", "forward", "me@gmail.com"],
            ["rules", "set", "other@example.com", "forward", "stranger@gmail.com"],
            ["rules", "set", "*@example.org", "store", "--disabled"],
            ["rules", "list"],
            ["rules", "list", "--json"],
            ["rules", "show", "support@example.com"],
            ["rules", "show", "nobody@example.com"],
            ["rules", "explain", "Support+x@example.com"],
            ["rules", "explain", "postmaster@example.com"],
            ["rules", "explain", "any@example.org", "--json"],
            ["rules", "lint"],
            ["rules", "enable", "*@example.org"],
            ["rules", "enable", "*@example.org"],
            ["rules", "explain", "any@example.org"],
            ["rules", "disable", "support@example.com"],
            ["rules", "set", "support@example.com", "store"],
            ["rules", "set", "support@example.com", "store", "--description", "Help"],
            ["rules", "set", "support@example.com", "bounce"],
            ["rules", "set", "*@\u{FC}.example", "store"],
            ["rules", "explain", "support"],
            ["rules", "disable", "nobody@example.com"],
            ["rules", "remove", "support@example.com"],
            ["rules", "remove", "support@example.com", "--yes"],
            ["rules", "remove", "support@example.com", "--yes"],
            ["rules", "export"],
        ])
        #expect(try transcript == GoldenFile("rules.txt").accepted(transcript))
    }

    @Test("A row has the attributes that all rows have, and keeps what it had besides")
    func shape() throws {
        let arguments = ["rules", "set", "a@example.com", "store", "--description", "words"]
        #expect(try world.run(arguments).status == 0)
        let row = try #require(try world.row("a@example.com"))
        let created = try #require(row["created_at"]?.string)
        #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        #expect(
            row == [
                "PK": .string("ROUTE#a@example.com"), "SK": .string("RULE#v1"),
                "entity_type": .string("ROUTE"), "recipient": .string("a@example.com"),
                "action": .string("store"), "target": .string(""), "enabled": .bool(true),
                "created_at": .string(created), "updated_at": .string(created),
                "description": .string("words"),
            ])
        var older = row
        older["created_at"] = .string("2020-01-01T00:00:00Z")
        older["updated_at"] = .string("2020-01-01T00:00:00Z")
        older["ticket"] = .number("7")
        try world.database.putItem(older)
        #expect(try world.run(["rules", "set", "a@example.com", "bounce"]).status == 0)
        let changed = try #require(try world.row("a@example.com"))
        #expect(changed["created_at"] == older["created_at"])
        #expect(changed["updated_at"] != older["updated_at"])
        #expect(changed["ticket"] == .number("7"))
        #expect(changed["description"] == .string("words"))
        #expect(changed["action"] == .string("bounce"))
    }

    @Test("A mail goes where explain said that it would")
    func explained() throws {
        #expect(
            try world.run(["rules", "set", "*@example.com", "forward", "me@gmail.com"]).status == 0)
        let explained = try world.run(["rules", "explain", "Any.One@example.com"])
        #expect(explained.output.contains("is forwarded to me@gmail.com, by the rule for *@exam"))
        let mail = Array(
            "From: a@remote.example\r\nMessage-ID: <1@remote.example>\r\n\r\nx\r\n".utf8)
        let id = try world.send(mail, to: ["Any.One@example.com"])
        #expect(try world.outcomes(of: id) == ["Any.One@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com") == [mail])
    }

    @Test("A mail that cannot be routed is explained as that, with status 1")
    func stuck() throws {
        try world.database.putItem(RandomRules.row("a@example.com", "forward-to-gmail"))
        let run = try world.run(["rules", "explain", "a@example.com"])
        #expect(run.status == 2)
        #expect(run.output.hasPrefix("Mail to a@example.com cannot be routed, by the rule for a@"))
        #expect(
            run.complaint
                == "ses-mail: The rule ROUTE#a@example.com says forward-to-gmail, but its target "
                + "is no mail address. Fix it with: ses-mail rules set ADDRESS forward MAILBOX\n")
    }

    @Test("Lint finds each thing that is odd")
    func lint() throws {
        var misplaced = RandomRules.row("b@example.com", "store")
        misplaced["SK"] = .string("RULE#v2")
        var renamed = RandomRules.row("c@example.com", "store")
        renamed["recipient"] = .string("d@example.com")
        for row in [
            RandomRules.row("Bob@example.com", "store"), RandomRules.row("*@Example.com", "store"),
            RandomRules.row("nobody", "store"), RandomRules.row("e@example.com", "delete"),
            RandomRules.row("f@example.com", "forward-to-gmail"),
            RandomRules.row("g@example.com", "bounce"), RandomRules.row("*", "bounce"),
            misplaced, renamed,
        ] {
            try world.database.putItem(row)
        }
        let transcript = try world.transcript([["rules", "lint"], ["rules", "lint", "--json"]])
        #expect(try transcript == GoldenFile("lint.txt").accepted(transcript))
    }

    @Test("A file is compared, and only what differs is written")
    func imports() throws {
        for arguments in [
            ["*", "bounce"], ["a@example.com", "store"], ["b@example.com", "store"],
        ] {
            #expect(try world.run(["rules", "set"] + arguments).status == 0)
        }
        let old = try #require(try world.row("a@example.com"))
        let file = """
            [{"recipient": "*", "action": "bounce"},
             {"recipient": "a@example.com", "action": "forward-to-gmail", "target": "me@gmail.com"},
             {"recipient": "c@example.com", "action": "store", "enabled": false}]
            """
        let shown = """
            ~  a@example.com  store → forward-to-gmail me@gmail.com
            +  c@example.com  store, disabled

            """
        for arguments in [["--dry-run"], []] {
            let run = try world.run(["rules", "import", "-"] + arguments, input: file)
            #expect(run.status == (arguments.isEmpty ? 3 : 0))
            #expect(run.output.hasPrefix(shown))
            #expect(try world.row("a@example.com") == old)
            #expect(try world.row("c@example.com") == nil)
        }
        let untouched = try world.row("*")
        let written = try world.run(["rules", "import", "-", "--yes"], input: file)
        #expect(written.output == shown + "2 changes written.\n")
        #expect(try world.row("a@example.com")?["target"] == .string("me@gmail.com"))
        #expect(try world.row("*") == untouched)
        #expect(try world.row("b@example.com") != nil)
        #expect(
            try world.run(["rules", "import", "-", "--yes"], input: file).output
                == "No changes.\n")
        let pruned = try world.run(["rules", "import", "-", "--yes", "--prune"], input: file)
        #expect(pruned.output == "-  b@example.com  store\none change written.\n")
        #expect(try world.row("b@example.com") == nil)
        // What is exported says what there is.
        let exported = try world.run(["rules", "export"]).output
        #expect(
            try world.run(["rules", "import", "-", "--prune"], input: exported).output
                == "No changes.\n")
    }

    @Test(
        "A file with a wrong rule changes nothing, and the rule is named",
        arguments: [
            (#"{"recipient": "*", "action": "store"}"#, " holds no list of rules"),
            ("[", " is not valid JSON"),
            (
                #"[{"recipient": "x", "action": "store"}]"#,
                ", rule 1 (x): recipient is not an address"
            ),
            (#"[{"recipient": "*", "action": "drop"}]"#, ", rule 1 (*): action must be "),
            (#"[{"recipient": "*", "action": "forward-to-gmail"}]"#, ", rule 1 (*): target is no"),
            (
                #"[{"recipient": "*", "action": "store"}, {"recipient": "*", "action": "bounce"}]"#,
                ", rule 2: there are two rules for *"
            ),
        ])
    func wrongFile(file: String, words: String) throws {
        let run = try world.run(["rules", "import", "-", "--yes"], input: file)
        #expect(run.status == 1)
        #expect(run.complaint.hasPrefix("ses-mail: Standard input\(words)"))
        #expect(run.complaint.hasSuffix("; nothing was changed.\n"))
        #expect(try world.rules == [])
    }

    @Test("More than a hundred rules come and go")
    func many() throws {
        let rules = (0..<230).map { #"{"recipient": "u\#($0)@example.com", "action": "store"}"# }
        let file = "[\(rules.joined(separator: ","))]"
        let run = try world.run(["rules", "import", "-", "--yes", "--json"], input: file)
        #expect(run.status == 0)
        let answer = try JSONValue(parsing: Array(run.output.utf8))
        #expect(answer["changes"]?.array?.count == 230)
        #expect(try world.rules.count == 230)
    }
}
