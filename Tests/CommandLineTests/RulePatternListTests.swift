import AWS
import FunctionTestSupport
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The lists of patterns, on which several people work.
@Suite(.waiting)
struct RulePatternListTests {
    private static func list(_ entries: [Item]) -> Item {
        [
            "PK": .string("PATTERNS#example.com"), "SK": .string("RULE#v1"),
            "patterns": .list(entries.map { .map($0) }),
        ]
    }

    private static func entry(_ pattern: String, _ more: Item = [:]) -> Item {
        ["pattern": .string(pattern), "action": .string("store")].merging(more) { $1 }
    }

    @Test("A changed pattern keeps its place and what no rule says, and a new one comes last")
    func places() throws {
        let first = Self.entry("a-*@example.com", ["colour": .other(["NS": ["1"]])])
        let table = RuleTableServer([Self.list([first, Self.entry("b-*@example.com")])])
        #expect(try table.run(["rules", "set", "A-*@example.com", "bounce"]).status == 0)
        #expect(try table.run(["rules", "set", "c-?@example.com", "store"]).status == 0)
        let entries = table.patterns("example.com")
        #expect(
            entries.map { $0["pattern"]?.string } == [
                "a-*@example.com", "b-*@example.com", "c-?@example.com",
            ])
        #expect(entries.map { $0["action"]?.string } == ["bounce", "store", "store"])
        #expect(entries.first?["colour"] == .other(["NS": ["1"]]))
        for pattern in ["a-*", "b-*", "c-?"] {
            let run = try table.run(["rules", "remove", "\(pattern)@example.com", "--yes"])
            #expect(run.status == 0, "\(run.complaint)")
        }
        #expect(table.row("PATTERNS#example.com") == nil)
    }

    @Test("An import brings the patterns of a domain into the order of the file")
    func order() throws {
        let table = RuleTableServer([
            Self.list([
                Self.entry("a-*@example.com", ["colour": .string("red")]),
                Self.entry("b-*@example.com"), Self.entry("z-*@example.com"),
            ])
        ])
        let file = ["b-*", "c-*", "a-*"].map {
            #"{"recipient": "\#($0)@example.com", "action": "store"}"#
        }.joined(separator: ",")
        let run = try table.run(["rules", "import", "-", "--yes"], input: "[\(file)]")
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output.contains("~  a-*@example.com  store, at another place in its list\n"))
        #expect(
            table.patterns("example.com").map { $0["pattern"]?.string?.prefix(1) }
                == ["z", "b", "c", "a"])
        #expect(table.patterns("example.com").last?["colour"] == .string("red"))
        let again = try table.run(["rules", "import", "-", "--yes"], input: "[\(file)]")
        #expect(again.output == "No changes.\n")
    }

    @Test("Of two operators none loses the other's pattern", arguments: [false, true])
    func race(isSame: Bool) throws {
        let table = RuleTableServer([Self.list([Self.entry("a-*@example.com")])])
        let other = Self.list([
            Self.entry("a-*@example.com", isSame ? ["keep": .bool(true)] : [:]),
            Self.entry("b-*@example.com"),
        ])
        table.change { $0.put(TableRows.Row(other.json)) }
        let run = try table.run(["rules", "set", "a-*@example.com", "bounce"])
        #expect(run.status == 1)
        #expect(run.sentence.contains("was changed by somebody else meanwhile"))
        #expect(table.row("PATTERNS#example.com") == other)
        let again = try table.run(["rules", "set", "a-*@example.com", "bounce"])
        #expect(again.status == 0)
        #expect(table.patterns("example.com").count == 2)
    }

    @Test("The hundred and first pattern of a domain is refused")
    func full() throws {
        let table = RuleTableServer([
            Self.list((0..<100).map { Self.entry("a\($0)-*@example.com") })
        ])
        let run = try table.run(["rules", "set", "b-*@example.com", "store"])
        #expect(run.status == 1)
        #expect(run.sentence.contains("There are 100 patterns for this domain already"))
        #expect(table.patterns("example.com").count == 100)
    }

    @Test("A list that cannot be read is left as it is, and lint names it")
    func unreadable() throws {
        var row = Self.list([])
        row["patterns"] = .string("a-*@example.com")
        let table = RuleTableServer([row, RandomRules.row("*", "bounce")])
        #expect(try table.run(["rules", "set", "b-*@example.com", "store"]).status == 1)
        #expect(table.row("PATTERNS#example.com") == row)
        let lint = try table.run(["rules", "lint"])
        #expect(
            lint.output == "error  PATTERNS#example.com  patterns is not a list\n",
            "\(lint.complaint)")
    }
}
