import AWS
import FunctionTestSupport
import TestSupport
import Testing

@testable import ses_mail

/// What an operator may easily get wrong with rules, or overlook.
@Suite(.waiting)
struct RuleMistakeTests {
    @Test(
        "A rule stays whose mail a wider rule would take from some senders, later, or with a tag",
        arguments: [
            ["PK": .string("ROUTE#*@example.org"), "only_from": .list([.string("f@g.example")])],
            [
                "PK": .string("ROUTE#*@example.org"), "action": .string("store"),
                "until": .string("2099-01-01T00:00:00Z"),
            ],
            ["PK": .string("PATTERNS#example.org"), "pattern": .string("c+*@example.org")],
        ] as [Item])
    func needed(wider: Item) throws {
        var row = RandomRules.row("*@example.org", "forward-to-gmail", target: "me@gmail.com")
        row.merge(wider) { $1 }
        if row["pattern"] != nil {
            row = [
                "PK": wider["PK"] ?? .null, "SK": .string("RULE#v1"),
                "patterns": .list([.map(row)]),
            ]
        }
        let table = RuleTableServer([
            RuleLifeTests.ended("c@example.org", then: "store"), row, RandomRules.row("*", "store"),
        ])
        let pruned = try table.run(["rules", "prune", "--yes"])
        #expect(pruned.output.contains("may be taken by a wider rule"), "\(pruned.output)")
        #expect(table.row("ROUTE#c@example.org") != nil)
    }

    @Test("An empty description takes the old one away, and a rule that has ended is warned of")
    func again() throws {
        let table = RuleTableServer([RuleLifeTests.domain])
        let set = ["rules", "set", "*@example.com", "store"]
        #expect(try table.run(set + ["--description", "Moved"]).status == 0)
        #expect(try table.run(set).status == 0)
        #expect(table.row("ROUTE#*@example.com")?["description"] == .string("Moved"))
        #expect(try table.run(set + ["--description", ""]).status == 0)
        #expect(table.row("ROUTE#*@example.com")?["description"]?.string?.isEmpty ?? true)
        let late = try table.run(set + ["--until", "2025-01-31"])
        #expect(late.output.contains("has ended already: its mail is bounced"))
    }

    @Test("A mailbox behind a list of labels is not taken for a label")
    func swallowed() throws {
        let run = try RuleTableServer().run(
            ["rules", "new", "--domain", "example.com", "--label", "shop", "me@gmail.com"])
        #expect(run.status == 64)
        #expect(run.sentence.contains("me@gmail.com follows --label"))
    }

    @Test("A rule that is spelled in capitals can be edited")
    func capitals() throws {
        let table = RuleTableServer([
            RandomRules.row("Me@Example.com", "store").merging(["created_at": .string("2025")]) {
                $1
            }
        ])
        let run = try table.run(
            ["rules", "edit", "Me@Example.com", "--yes"],
            RuleLifeTests.editor("sed -i s/store/bounce/"))
        #expect(run.status == 0, "\(run.complaint)")
        #expect(table.row("ROUTE#Me@Example.com")?["action"] == .string("bounce"))
    }
}
