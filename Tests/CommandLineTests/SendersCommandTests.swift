import AWS
import TestSupport
import Testing

@testable import ses_mail

/// Senders who are blocked or allowed for all recipients.
@Suite(.waiting)
struct SendersCommandTests {
    @Test("A sender's life")
    func life() throws {
        let table = RuleTableServer()
        let runs: [([String], String)] = [
            (
                ["list"],
                "No sender is blocked or allowed. Block one with: ses-mail senders block "
                    + "ADDRESS\n"
            ),
            (["block", "*@Spam.example", "--note", "Lists"], "from *@spam.example: block\n"),
            (["block", "*@spam.example"], "from *@spam.example: unchanged (block)\n"),
            (["allow", "a@spam.example"], "from a@spam.example: allow\n"),
            (["allow", "*@spam.example"], "from *@spam.example: allow (was: block)\n"),
            (
                ["list", "--tsv"],
                "sender\tverdict\tenabled\tdescription\tcreated_at\tupdated_at\n"
            ),
            (["remove", "a@spam.example", "--yes"], "from a@spam.example: deleted (was: allow)\n"),
        ]
        for (arguments, output) in runs {
            let run = try table.run(["senders"] + arguments)
            #expect(run.status == 0, "\(run.complaint)")
            #expect(run.output.hasPrefix(output), "\(run.output)")
        }
        let row = try #require(table.row("SENDER#*@spam.example"))
        #expect(row["verdict"] == .string("allow") && row["description"] == .string("Lists"))
        #expect(row["entity_type"] == .string("SENDER") && row["enabled"] == .bool(true))
        #expect(table.row("SENDER#a@spam.example") == nil)
        #expect(try table.run(["senders", "remove", "a@spam.example", "--yes"]).status == 4)
        #expect(try table.run(["senders", "remove", "*@spam.example"]).status == 3)
    }

    @Test("What is no pattern of senders is refused", arguments: ["*", "nobody", "*@com", "a@b c"])
    func usage(pattern: String) throws {
        let run = try CommandRun(["senders", "block", pattern], at: "http://127.0.0.1:1")
        #expect(run.status == 64)
    }
}
