import AWS
import FunctionTestSupport
import TestSupport
import Testing

@testable import ses_mail

/// A rule that can never see a mail, and one whose mail can never be delivered, are noticed.
@Suite(.waiting)
struct RuleWarningTests {
    @Test(
        "A receipt rule takes mail for a domain, for what is below it, or for one address",
        arguments: [
            (["example.com"], "a@example.com", true), (["example.com"], "*@example.com", true),
            (["Example.com"], "A@EXAMPLE.com", true), (["example.com"], "a@exmaple.com", false),
            (["example.com"], "a@sub.example.com", false),
            ([".example.com"], "a@sub.example.com", true),
            ([".example.com"], "a@example.com", false),
            ([".example.com"], "a@notexample.com", false),
            (["a@example.com"], "a@example.com", true),
            (["a@example.com"], "a+tag@example.com", true),
            (["a+tag@example.com"], "a@example.com", false),
            (["a@example.com"], "b@example.com", false),
            (["a@example.com"], "*@example.com", true),
            (["a@example.com"], "*@example.org", false), (["example.com"], "*", true),
            ([], "a@anything.example", true),
            (["example.org", "example.com"], "a@example.com", true),
        ])
    func takes(conditions: [String], pattern: String, expected: Bool) throws {
        let pattern = try #require(RulePattern(pattern))
        #expect(ReceiptRecipients(conditions).take(pattern) == expected)
    }

    @Test("Lint warns of a domain whose mail does not come, and not of a rule that is disabled")
    func lint() {
        func findings(_ row: Item) -> [String] {
            let rules = StoredRules([row, RandomRules.row("*", "bounce")])
            let lint = RuleLint(rules, recipients: ReceiptRecipients(["example.com"])) { _ in .own }
            return lint.findings.map { "\($0.severity) \($0.pattern): \($0.words)" }
        }
        #expect(findings(RandomRules.row("a@example.com", "store")) == [])
        #expect(
            findings(RandomRules.row("a@exmaple.com", "store")) == [
                "warning a@exmaple.com: SES takes no mail for it: no receipt rule names it"
            ])
        let disabled = RandomRules.row("a@exmaple.com", "store")
            .merging(["enabled": .bool(false)]) { $1 }
        #expect(findings(disabled).map { $0.prefix(4) } == ["note"])
    }

    /// AWS with a receipt rule for example.com, and a token for me@gmail.com alone.
    private func run(_ arguments: [String], input: String = "") throws -> CommandRun {
        let server = try LoopbackServer { request in
            if request.header("X-Amz-Target") == nil {
                return .ruleSet(
                    """
                    <Metadata><Name>ours</Name></Metadata><Rules><member>
                    <Name>ses-mail-receive-test</Name><Enabled>true</Enabled>
                    <Recipients><member>example.com</member></Recipients></member></Rules>
                    """)
            }
            if request.bodyText.contains("me_40gmail.com") {
                let token = GmailBench.token().replacing("\"", with: "\\\"")
                return Answer(
                    200, [],
                    #"{"Parameter": {"Name": "n", "Version": 1, "Value": "\#(token)"}}"#)
            }
            if request.bodyText.contains("gmail-token") {
                return Answer(400, [], #"{"__type": "ParameterNotFound", "message": "none"}"#)
            }
            return Answer(200, [], request.operation == "GetItem" ? "{}" : #"{"Items": []}"#)
        }
        defer { server.stop() }
        return try CommandRun(arguments, at: server.url, input: input)
    }

    private let cure = "Consent with: ses-mail gmail authorize --mailbox you@gmail.com --env test"

    @Test("A rule that is set says what stands in its way, and is set all the same")
    func set() throws {
        let fine = try run(["rules", "set", "a@example.com", "forward", "me@gmail.com"])
        #expect(fine.status == 0)
        #expect(fine.output == "a@example.com: forward-to-gmail me@gmail.com\n")
        let slip = try run(["rules", "set", "a@exmaple.com", "forward", "you@gmail.com"])
        #expect(slip.status == 0)
        #expect(
            slip.output == """
                a@exmaple.com: forward-to-gmail you@gmail.com
                SES takes no mail for a@exmaple.com: the receipt rule has example.com
                you@gmail.com has no Gmail token: its mail cannot be imported. \(cure)

                """)
        let json = try run(["rules", "set", "a@exmaple.com", "store", "--json"])
        #expect(json.output.contains(#""warnings":["SES takes no mail for a@exmaple.com: "#))
    }

    @Test("An import says the same of what it would change, before it asks")
    func importing() throws {
        let run = try run(
            ["rules", "import", "-"],
            input: """
                [{"recipient": "a@exmaple.com", "action": "store"},
                 {"recipient": "a@example.com", "action": "forward-to-gmail",
                  "target": "you@gmail.com"}]
                """)
        #expect(run.status == 3)
        #expect(
            run.output.hasSuffix(
                "\nSES takes no mail for a@exmaple.com: the receipt rule has example.com\n"
                    + "you@gmail.com has no Gmail token: its mail cannot be imported. \(cure)\n"))
    }
}
