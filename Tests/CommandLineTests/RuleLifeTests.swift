import AWS
import FunctionTestSupport
import Foundation
import JSON
import TestSupport
import Testing

@testable import Mail
@testable import ses_mail

/// Commands that make, change, try and end rules, on a table of this process.
@Suite(.waiting)
struct RuleLifeTests {
    static func ended(_ pattern: String, then: String = "bounce") -> Item {
        RandomRules.row(pattern, "forward-to-gmail", target: "me@gmail.com").merging([
            "until": .string("2025-01-01T00:00:00Z"), "then": .string(then),
        ]) { $1 }
    }

    static let domain = RandomRules.row(
        "*@example.com", "forward-to-gmail", target: "me@gmail.com")

    @Test("Ended rules are listed, and nothing else")
    func listEnded() throws {
        let table = RuleTableServer([Self.ended("a@example.com"), Self.domain])
        let listed = try table.run(["rules", "list", "--ended", "--tsv"]).output
        let lines = listed.split(separator: "\n").dropFirst()
        #expect(lines.map { $0.prefix { $0 != "\t" } } == ["a@example.com"])
    }

    @Test("Only ended rules whose mail no wider rule takes are pruned, unless all are meant")
    func prune() throws {
        let table = RuleTableServer([
            Self.ended("a@example.com"), Self.ended("b@example.org"),
            Self.ended("c@example.org", then: "store"), Self.domain,
            RandomRules.row("*", "bounce"),
        ])
        let asked = try table.run(["rules", "prune"])
        #expect(asked.status == 3)
        #expect(asked.output.contains("a@example.com  2025-01-01T00:00:00Z  bounced  is forwarded"))
        #expect(asked.sentence.contains("Remove one ended rule from test"))
        let pruned = try table.run(["rules", "prune", "--yes"])
        #expect(
            pruned.output.hasSuffix(
                "one rule removed. 2 rules left, whose mail a wider rule "
                    + "would take; --all removes those too.\n"))
        #expect(table.row("ROUTE#b@example.org") == nil)
        #expect(table.row("ROUTE#a@example.com") != nil && table.row("ROUTE#c@example.org") != nil)
        let all = try table.run(["rules", "prune", "--all"])
        #expect(all.sentence.contains("(wider rules then take the mail of 2)?"))
        #expect(try table.run(["rules", "prune", "--all", "--yes"]).status == 0)
        #expect(table.row("ROUTE#a@example.com") == nil && table.row("ROUTE#*@example.com") != nil)
        #expect(try table.run(["rules", "prune"]).output == "No rule has ended.\n")
    }

    @Test("A new address has a random part, goes where the domain goes, and ends")
    func new() throws {
        let table = RuleTableServer([Self.domain])
        let made = try table.run(
            ["rules", "new", "--domain", "example.com", "--hint", "Shop", "--until", "30d"])
        #expect(made.status == 0, "\(made.complaint)")
        let address = String(made.output.prefix { $0 != "\n" })
        #expect(address.wholeMatch(of: /shop-[a-km-np-z2-9]{13}@example\.com/) != nil, "\(address)")
        let row = try #require(table.row("ROUTE#\(address)"))
        #expect(row["target"] == .string("me@gmail.com"))
        let until = try #require(row["until"]?.string.flatMap { RuleEnd($0) })
        #expect(until.isReached(at: Clock.text(Clock.epochSeconds() + 31 * 86_400)))
        #expect(!until.isReached(at: Clock.text(Clock.epochSeconds() + 29 * 86_400)))
        let lost = try RuleTableServer().run(["rules", "new", "--domain", "example.com"])
        #expect(lost.status == 64)
        #expect(lost.sentence.contains("name the Gmail address"))
    }

    @Test("Random addresses differ, and use every letter of their alphabet")
    func random() {
        var generator = SeededGenerator(seed: 1)
        let made = (0..<1000).map { _ in RandomAddress.make(at: "b.example", hint: nil, &generator)
        }
        #expect(Set(made).count == 1000)
        // Thirteen letters of thirty-two are 65 bits.
        #expect(Set(made.joined().filter { $0 != "@" && $0 != "." }).count >= 32)
        #expect(made.allSatisfy { $0.utf8.count == 13 + "@b.example".utf8.count })
    }

    /// An editor that does this to the file.
    static func editor(_ command: String) -> [String: String] {
        ["EDITOR": "f() { \(command) \"$1\"; }; f", "VISUAL": "", "PATH": "/usr/bin:/bin"]
    }

    @Test("An edited rule is shown and written; an unchanged one does nothing")
    func edit() throws {
        var row = Self.domain
        row["colour"] = .other(["B": "AA=="])
        let table = RuleTableServer([row])
        let arguments = ["rules", "edit", "*@example.com", "--yes"]
        let same = try table.run(arguments, Self.editor("true"))
        #expect(same.output == "*@example.com: unchanged (forward-to-gmail me@gmail.com)\n")
        let change = "sed -i 's/\"enabled\": true/\"keep\": true, \"enabled\": true/'"
        let asked = try table.run(Array(arguments.dropLast()), Self.editor(change))
        #expect(asked.status == 3)
        #expect(table.row("ROUTE#*@example.com")?["keep"] == nil)
        let written = try table.run(arguments, Self.editor(change))
        #expect(written.status == 0, "\(written.complaint)")
        #expect(written.output.hasPrefix("~  *@example.com  forward-to-gmail me@gmail.com"))
        let now = try #require(table.row("ROUTE#*@example.com"))
        #expect(now["keep"] == .bool(true) && now["colour"] == row["colour"])
    }

    @Test(
        "An edited file that is wrong is explained, and nothing is written",
        arguments: [
            ("sed -i 's/true/\"yes\"/'", "enabled is neither true nor false, without quotes"),
            ("sed -i 's/\\*@example.com/b@example.com/'", "must have one rule, for *@example.com"),
            ("truncate -s 0", "is not valid JSON"), ("false", "The editor ("),
        ])
    func wrongEdit(command: String, words: String) throws {
        let table = RuleTableServer([Self.domain])
        let run = try table.run(
            ["rules", "edit", "*@example.com", "--yes"], Self.editor(command))
        #expect(run.status == 1)
        #expect(run.sentence.contains(words), "\(run.complaint)")
        #expect(table.row("ROUTE#*@example.com") == Self.domain)
    }

    @Test("Two environments are compared entry by entry, and nothing is written")
    func diff() throws {
        let block: Item = [
            "PK": .string("SENDER#*@g.example"), "SK": .string("RULE#v1"),
            "verdict": .string("block"),
        ]
        let only = RandomRules.row("a@example.com", "store")
        let starred = Self.domain.merging(["star": .bool(true)]) { $1 }
        let table = RuleTableServer([starred, block], local: [Self.domain, only])
        for (arguments, variables) in [
            (["rules", "diff", "--env", "test", "--with", "local"], [:]),
            (["rules", "diff", "--env", "test"], ["SES_MAIL_ENV": "local"]),
        ] {
            let run = try table.run(arguments, variables)
            #expect(run.status == 0, "\(run.complaint)")
            let lines = run.output.split(separator: "\n").map {
                $0.split(separator: " ").prefix(3).joined(separator: " ")
            }
            #expect(
                lines.dropLast() == [
                    "~ *@example.com forward-to-gmail", "+ from *@g.example",
                    "- a@example.com store",
                ])
            #expect(run.output.contains("→ forward-to-gmail me@gmail.com, star \"words\"\n"))
        }
        #expect(try table.run(["rules", "diff"]).status == 64)
        #expect(table.row("ROUTE#a@example.com") == nil)
    }

    @Test("Explain shows patterns, lists of senders and the end of a rule")
    func explain() throws {
        let patterns: Item = [
            "PK": .string("PATTERNS#example.com"), "SK": .string("RULE#v1"),
            "patterns": .list([
                .map([
                    "pattern": .string("s*@example.com"), "action": .string("store"),
                ]),
                .map([
                    "pattern": .string("shop-*@example.com"), "action": .string("bounce"),
                    "until": .string("2031-01-01T00:00:00Z"), "then": .string("store"),
                    "only_from": .list([.string("*@g.example")]), "otherwise": .string("bounce"),
                ]),
            ]),
        ]
        let table = RuleTableServer([patterns, Self.domain, Self.ended("old@example.com")])
        #expect(
            try table.run(["rules", "explain", "shop-1@example.com"]).output == """
                Mail to shop-1@example.com is bounced, by the rule for shop-*@example.com.
                  1  shop-1@example.com  no rule
                  2  shop-*@example.com  matched      bounce, until 2031-01-01T00:00:00Z, then \
                store, only from *@g.example, otherwise bounce
                  3  s*@example.com      not reached  store
                  4  *@example.com       not reached  forward-to-gmail me@gmail.com
                  5  *                   no rule
                The rule ends at 2031-01-01T00:00:00Z; later mail is stored.
                The rule is only from *@g.example, where that is proved; other mail is bounced.
                Junk is stored (junk_delivery = "store").

                """)
        let other = try table.run(
            ["rules", "explain", "shop-1@example.com", "--from", "x@h.example"])
        #expect(other.output.contains("shop-*@example.com, which does not let this sender in."))
        let old = try table.run(["rules", "explain", "old@example.com"])
        #expect(
            old.output.hasPrefix(
                "Mail to old@example.com is bounced, by the rule for old@example.com, which has "
                    + "ended.\n"))
    }
}
