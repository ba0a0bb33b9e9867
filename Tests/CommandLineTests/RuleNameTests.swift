import AWS
import FunctionTestSupport
import TestSupport
import Testing

@testable import ses_mail

/// The row that a command reaches by a name with upper-case letters.
@Suite(.waiting)
struct RuleNameTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func put(_ patterns: String...) throws {
        for pattern in patterns { try world.database.putItem(RandomRules.row(pattern, "store")) }
    }

    private func isEnabled(_ pattern: String) throws -> Bool? {
        try world.row(pattern)?["enabled"]?.bool
    }

    @Test("What rules list shows is shown, disabled, enabled, set and removed as it stands there")
    func life() throws {
        try put("A@example.com")
        let explained = try world.run(["rules", "explain", "A@example.com"])
        #expect(explained.output.hasPrefix("Mail to A@example.com is stored, by the rule for A@"))
        let shown = try world.run(["rules", "show", "A@example.com"])
        #expect(shown.status == 0)
        #expect(shown.output.hasPrefix("recipient    A@example.com\n"))
        for (arguments, words) in [
            (["disable", "A@example.com"], "store, disabled (was: store)"),
            (["enable", "A@example.com"], "store (was: store, disabled)"),
            (["set", "A@example.com", "bounce"], "bounce (was: store)"),
            (["remove", "A@example.com", "--yes"], "deleted (was: bounce)"),
        ] {
            let run = try world.run(["rules"] + arguments)
            #expect(run.status == 0, "\(run.complaint)")
            #expect(run.output == "A@example.com: \(words)\n")
        }
        #expect(try world.rules.isEmpty)
    }

    @Test("Where both are there, the one that is spelled so is meant, and the other stays")
    func both() throws {
        try put("A@example.com", "a@example.com")
        let other = try world.row("a@example.com")
        #expect(try world.run(["rules", "disable", "A@example.com"]).status == 0)
        #expect(try isEnabled("A@example.com") == false)
        let shown = try world.run(["rules", "show", "A@example.com", "--json"])
        #expect(shown.output.hasPrefix(#"{"recipient":"A@example.com","#))
        #expect(try world.run(["rules", "set", "A@example.com", "bounce"]).status == 0)
        #expect(try world.row("A@example.com")?["action"] == .string("bounce"))
        #expect(try world.row("A@example.com")?["recipient"] == .string("A@example.com"))
        #expect(try world.run(["rules", "remove", "A@example.com", "--yes"]).status == 0)
        #expect(try world.rules == [try #require(other)])
        // And then the other one is.
        #expect(try world.run(["rules", "disable", "A@example.com"]).status == 0)
        #expect(try isEnabled("a@example.com") == false)
    }

    @Test("A name in lower case never means a row in another spelling")
    func folded() throws {
        try put("A@example.com")
        for arguments in [["show"], ["enable"], ["disable"]] {
            let run = try world.run(["rules"] + arguments + ["a@example.com"])
            #expect(run.status == 4)
            #expect(run.sentence.hasPrefix("ses-mail: There is no rule for a@example.com. See"))
        }
        #expect(try world.run(["rules", "remove", "a@example.com", "--yes"]).status == 4)
        #expect(try world.run(["rules", "set", "a@example.com", "bounce"]).status == 0)
        #expect(try world.rules.count == 2)
        #expect(try world.row("A@example.com")?["action"] == .string("store"))
    }

    @Test("A rule is made in lower case, and a wildcard's row that no mail finds is not set")
    func made() throws {
        #expect(
            try world.run(["rules", "set", "B@Example.com", "store"]).output
                == "b@example.com: store\n")
        try put("*@Upper.COM")
        let dead = try world.row("*@Upper.COM")
        // That no mail for this domain comes here is said below it.
        let set = try world.run(["rules", "set", "*@Upper.COM", "bounce"]).output
        #expect(set.hasPrefix("*@upper.com: bounce\n"))
        #expect(try world.row("*@Upper.COM") == dead)
        #expect(try world.run(["rules", "disable", "*@Upper.COM"]).status == 0)
        #expect(try isEnabled("*@Upper.COM") == false)
        #expect(try isEnabled("*@upper.com") == true)
    }
}
