import AWS
import FunctionTestSupport
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What would become of a mail in a file.
@Suite(.waiting)
struct RulesTestTests {
    private static let mail = """
        From: Jane <jane@g.example>\r
        To: "A" <a@example.com>, b@example.com\r
        Subject: Hello\r
        \r
        x\r

        """

    private func run(
        _ arguments: [String], _ rows: [Item], settings: String? = nil
    ) throws -> CommandRun {
        try RuleTableServer(rows, settings: settings)
            .run(["rules", "test", "-"] + arguments, input: Self.mail)
    }

    private static let rules = [
        RandomRules.row("a@example.com", "forward-to-gmail", target: "me@gmail.com")
            .merging([
                "only_from": .list([.string("*@g.example")]), "otherwise": .string("bounce"),
                "star": .bool(true),
            ]) { $1 },
        RandomRules.row("*", "store"),
    ]

    @Test("Every recipient in To has its fate, by default of a mail that passes every check")
    func passes() throws {
        #expect(
            try run([], Self.rules).output == """
                Mail to a@example.com is forwarded to me@gmail.com, by the rule for a@example.com.
                  me@gmail.com: INBOX UNREAD STARRED
                Mail to b@example.com is stored, by the rule for *.

                """)
    }

    @Test(
        "Verdicts, envelope, recipient and the delivery of junk are what the options say",
        arguments: [
            (
                ["--spf", "fail", "--dmarc", "gray"],
                "is bounced, by the rule for a@example.com, whi"
            ),
            (["--from", "x@h.example", "--dmarc", "fail"], "is bounced, by the rule for a@exam"),
            (["--spam", "fail"], "is stored: it is spam"),
            (["--virus", "FAIL"], "is stored: it has a virus"),
            (["--dmarc", "fail", "--dmarc-policy", "reject"], "is stored: DMARC failed"),
            (
                ["--spam", "fail", "--junk-delivery", "gmail-spam"],
                "is stored, and put into Spam of me@gmail.com, by the rule for a@example.com: it is"
            ),
        ])
    func options(arguments: [String], words: String) throws {
        let run = try run(arguments + ["--to", "a@example.com"], Self.rules)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output.hasPrefix("Mail to a@example.com \(words)"), "\(run.output)")
    }

    @Test("The deployment's own delivery of junk counts where none is given")
    func setting() throws {
        let settings = #"{"email_bucket":"b","alarms":"all","junk_delivery":"gmail-spam"}"#
        let arguments = ["--spam", "fail", "--to", "a@example.com", "--json"]
        let run = try run(arguments, Self.rules, settings: settings)
        let fate = try JSONValue(parsing: Array(run.output.utf8))["recipients"]?.array?.first
        #expect(fate?["stored"] == true && fate?["targets"]?.array?.first?["junk"] == true)
        #expect(fate?["reason"] == "spam")
        let explained = try RuleTableServer(Self.rules, settings: settings)
            .run(["rules", "explain", "a@example.com"])
        #expect(
            explained.output.hasSuffix(
                "Junk is stored, and put into Spam of me@gmail.com "
                    + "(junk_delivery = \"gmail-spam\").\n"))
    }

    @Test("A blocked sender and a wrong rule are named")
    func named() throws {
        let block: Item = [
            "PK": .string("SENDER#*@g.example"), "SK": .string("RULE#v1"),
            "verdict": .string("block"),
        ]
        let blocked = try run(["--to", "a@example.com"], Self.rules + [block])
        #expect(blocked.output == "Mail to a@example.com is stored: its sender is blocked.\n")
        let wrong = RandomRules.row("a@example.com", "store").merging(["keep": .null]) { $1 }
        let failed = try run(["--to", "a@example.com"], [wrong])
        #expect(failed.status == 2)
        #expect(
            failed.sentence.contains(
                "The rule ROUTE#a@example.com is wrong: keep is neither true nor false."))
    }
}
