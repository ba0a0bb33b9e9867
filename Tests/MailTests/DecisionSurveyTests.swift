import Testing

@testable import Mail

/// The mails of a time that a digest tells of, by the lines of the logs.
struct DecisionSurveyTests {
    private static func line(
        _ log: String, of id: String = "mail1", at timestamp: Int = 10
    ) throws -> RoutingLogLine {
        try #require(
            RoutingLogLine(#"{"messageId":"\#(id)","log":"\#(log)"}"#, timestamp: timestamp))
    }

    private static func mails(_ lines: String...) throws -> [String] {
        var survey = DecisionSurvey()
        for (index, log) in lines.enumerated() { survey.add(try line(log, at: index)) }
        return survey.mails.map { mail in
            let lists = [mail.recipients, mail.reasons].map { $0.joined(separator: ",") }
            return "\(mail.kind) \(lists[0]) \(lists[1])"
        }
    }

    @Test(
        "A stored mail is held, and one of an ended rule is told of also where it was bounced",
        arguments: [
            ("store a%40b.c - - spam", ["held a@b.c spam"]),
            ("store a%40b.c - ROUTE%23a%40b.c -", ["held a@b.c "]),
            ("store a%40b.c - ROUTE%23a%40b.c ended", ["ended a@b.c ended"]),
            ("bounce a%40b.c - ROUTE%23a%40b.c ended", ["ended a@b.c ended"]),
            ("bounce a%40b.c - - no-rule", []), ("bounce a%40b.c - ROUTE%23%2A -", []),
            ("forward-to-gmail a%40b.c me%40gmail.com ROUTE%23%2A -", []),
            (
                "store a%40b.c - ROUTE%23%2A keep; "
                    + "forward-to-gmail a%40b.c me%40gmail.com ROUTE%23%2A -", []
            ),
            (
                "store a%40b.c - - spam; store d%40b.c - - spam; bounce e%40b.c - - no-rule",
                ["held a@b.c,d@b.c spam"]
            ),
            ("store a%40b.c - - spam; store d%40b.c - R ended", ["ended d@b.c ended"]),
            ("store 2; forward-to-gmail 0; bounce 0", []),
        ])
    func kinds(log: String, expected: [String]) throws {
        #expect(try Self.mails(log) == expected)
    }

    @Test("The last decision for each recipient counts, and a mail that was released is in order")
    func later() throws {
        let held = "store a%40b.c - - spam; store d%40b.c - - spam"
        let forwarded = "forward-to-gmail a%40b.c me%40gmail.com ROUTE%23a%40b.c -"
        #expect(try Self.mails(held, forwarded) == ["held d@b.c spam"])
        let released =
            "store a%40b.c - - keep; forward-to-gmail a%40b.c me%40gmail.com - -"
        #expect(try Self.mails(held, released) == [])
        #expect(try Self.mails(held, released, "store a%40b.c - - virus") == ["held a@b.c virus"])
    }

    @Test("A mail that Gmail refused is told of once, unless it was routed again since")
    func refused() throws {
        let forwarded = "forward-to-gmail a%40b.c me%40gmail.com ROUTE%23a%40b.c -"
        var survey = DecisionSurvey()
        survey.addRefusal(of: "mail1", at: 20, reason: "too large")
        survey.add(try Self.line(forwarded, at: 10))
        #expect(
            survey.mails == [
                UndeliveredMail(
                    id: "mail1", kind: .refused, timestamp: 20, recipients: ["a@b.c"],
                    reasons: ["too large"])
            ])
        survey.add(try Self.line(forwarded, at: 30))
        #expect(survey.mails == [])
    }

    @Test("A canary is counted and not listed, also where Gmail refused it, which is none")
    func canary() throws {
        let canary = "forward-to-gmail - me%40gmail.com - canary"
        var survey = DecisionSurvey()
        survey.addRefusal(of: "mail1", at: 20, reason: "no")
        survey.add(try Self.line(canary))
        #expect(survey.canaryCount == 0)
        survey.add(try Self.line(canary, of: "mail2"))
        #expect(survey.canaryCount == 1)
        #expect(survey.mails == [])
    }

    @Test("The newest come first of each kind, and those last that a rule or a role address stores")
    func order() throws {
        var survey = DecisionSurvey()
        survey.addRefusal(of: "refused", at: 1, reason: "no")
        let reasons = ["spam", "-", "role-address", "virus", "ended"]
        for (index, reason) in reasons.enumerated() {
            let id = reason == "-" ? "rule" : reason
            survey.add(try Self.line("store a%40b.c - - \(reason)", of: id, at: index))
        }
        #expect(
            survey.mails.map(\.id)
                == ["refused", "ended", "virus", "spam", "role-address", "rule"])
    }

    @Test("A line whose id is none of SES is left out: it could not stand in a command")
    func identifier() throws {
        var survey = DecisionSurvey()
        survey.add(try Self.line("store a%40b.c - - spam", of: "x; reboot"))
        survey.addRefusal(of: "$(reboot)", at: 1, reason: "no")
        #expect(survey.mails == [])
    }
}
