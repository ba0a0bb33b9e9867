import AWS
import FunctionTestSupport
import TestSupport
import Testing

/// Rows that people wrote with names that no command would give, and what mends them.
@Suite(.waiting)
struct StrangeRowTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test(
        "What rules list shows can be removed, as it stands there",
        arguments: ["*@Upper.COM", "", "nobody", "b@example.com"])
    func remove(pattern: String) throws {
        var row = RandomRules.row(pattern, "store")
        if pattern == "b@example.com" { row["SK"] = .string("RULE#v2") }
        try world.database.putItem(row)
        try world.database.putItem(RandomRules.row("*", "bounce"))
        let run = try world.run(["rules", "remove", pattern, "--yes"])
        #expect(run.output == "\(pattern): deleted (was: store)\n")
        #expect(try world.rules.map { $0["PK"] } == [.string("ROUTE#*")])
        let again = try world.run(["rules", "remove", pattern, "--yes"])
        #expect(again.status == 4)
        #expect(again.sentence.hasPrefix("ses-mail: There is no rule for "))
    }

    @Test("The rule that is spelled as it was typed goes before the one in lower case")
    func order() throws {
        for pattern in ["*@upper.com", "*@Upper.COM"] {
            try world.database.putItem(RandomRules.row(pattern, "store"))
        }
        for left in [["ROUTE#*@upper.com"], []] {
            #expect(try world.run(["rules", "remove", "*@Upper.COM", "--yes"]).status == 0)
            #expect(try world.rules.compactMap { $0["PK"]?.string } == left)
        }
    }

    @Test("An import takes what an export gave, whatever else is in the table")
    func export() throws {
        for pattern in ["*@Upper.COM", "", "a@example.com"] {
            try world.database.putItem(RandomRules.row(pattern, "store"))
        }
        let exported = try world.run(["rules", "export"])
        #expect(exported.status == 0)
        #expect(exported.complaint.split(separator: "\n").count == 2)
        let run = try world.run(["rules", "import", "-", "--dry-run"], input: exported.output)
        #expect(run.output == "No changes.\n")
    }

    @Test("A credential with an illegal name can be deleted")
    func credential() throws {
        let key: Item = ["PK": .string("SMTP_USER"), "SK": .string("USER#a b")]
        try world.database.putItem(key.merging(["status": .string("error")]) { $1 })
        #expect(try world.run(["smtp", "delete", "a b", "--yes"]).status == 0)
        #expect(try world.database.getItem(key: key) == nil)
        #expect(try world.run(["smtp", "delete", "a b", "--yes"]).status == 4)
    }

    @Test(
        "A credential is stopped in every state, and its keys with it",
        arguments: ["active", "error", "rotate", "pending"])
    func stopped(status: String) throws {
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        let key: Item = ["PK": .string("SMTP_USER"), "SK": .string("USER#a")]
        let user = try #require(try world.database.getItem(key: key)?["iam_user_name"]?.string)
        try world.database.updateItem(
            key: key,
            .init("SET #s = :s", names: ["#s": "status"], values: [":s": .string(status)]),
            if: .init("attribute_exists(PK)"))
        let run = try world.run(["smtp", "disable", "a"])
        #expect(run.status == 0, "\(run.complaint)")
        // The manager may have begun with the state before; in the end it sees the row stopped.
        try world.waitUntilQuiet()
        let mended = try world.run(["smtp", "reconcile", "--apply", "--yes"])
        // Where the manager had begun with a new key, the row's own is gone, and may only be late.
        #expect(
            mended.status == 0 || mended.complaint.contains("IAM does not show"),
            "\(mended.complaint)")
        #expect(try world.iam.accessKeys(of: user).allSatisfy { !$0.isActive })
        #expect(try world.database.getItem(key: key)?["status"] == .string("disabled"))
    }

    @Test("A list of four hundred addresses does not widen what smtp list prints")
    func wide() throws {
        let senders = (0..<400).map { AttributeValue.string("user\($0)@example.com") }
        try world.database.putItem([
            "PK": .string("SMTP_USER"), "SK": .string("USER#a"), "status": .string("disabled"),
            "allowed_from_addresses": .list(senders), "description": .string("words"),
        ])
        let lines = try world.run(["smtp", "list"]).output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.count < 100 })
        #expect(lines[1].hasSuffix("…  words"))
        #expect(try world.run(["smtp", "list", "--json"]).output.contains("user399@"))
    }
}
