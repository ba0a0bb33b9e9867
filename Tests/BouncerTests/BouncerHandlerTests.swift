import Foundation
import FunctionTestSupport
import JSON
import Lambda
import Mail
import TestSupport
import Testing

@testable import bouncer

/// The reports that are sent, and the mails that are never answered.
struct BouncerHandlerTests {
    @Test("The report goes to the envelope's sender, and names the recipient and the rule")
    func report() throws {
        let bench = BouncerBench()
        var decision = SampleDecision.oneRecipient
        decision.mail.headers += [
            ("From", "Other <other@elsewhere.example>"), ("Reply-To", "r@x.y"),
        ]
        #expect(try bench.deliver(decision) == (true, BouncerFailureTests.whole))
        let report = try #require(bench.outbox.first)
        #expect(report.recipient == "jane@sender.example")
        for line in [
            "From: bounces@mail.example.com", "To: jane@sender.example",
            "Subject: Mail Delivery Failed: Quarterly figures", "In-Reply-To: <1@sender.example>",
            "References: <1@sender.example>", "Auto-Submitted: auto-replied",
            "Date: Sat, 18 Jan 2025 10:00:00 +0000",
            "Reporting-MTA: dns; inbound-smtp.us-east-1.amazonaws.com", "Status: 5.1.1",
        ] { #expect(report.text.contains("\r\n\(line)\r\n") || report.text.hasPrefix(line)) }
        #expect(finalRecipients(report.text) == ["a@example.com"])
        #expect(report.text.contains("ROUTE#* (Default: bounce all unmatched emails)"))
        #expect(report.text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("A report says where a look-up failed")
    func lookUpFailed() throws {
        let bench = BouncerBench()
        let detail = SampleDecision.oneRecipient.detail.text
            .replacing(#""rule":"ROUTE#*","description""#, with: #""reason":"lookup-failed","x""#)
        _ = try bench.deliver(SampleRecord.batch(SampleRecord.sqs(detail)))
        #expect(bench.outbox.first?.text.contains("\r\nStatus: 5.3.0\r\n") == true)
    }

    @Test("No subject and no address can put a header or markup into a report")
    func injection() throws {
        let bench = BouncerBench()
        let decision = SampleDecision {
            $0.mail.subject = "x\r\nBcc: v@evil.example\r\n\r\n<script>alert(1)</script>"
            $0.mail.headers = [("Message-ID", "<a@b>\r\nBcc: v@evil.example")]
            $0.bounce = ["\"<b>\"@example.com\r\nBcc: v@evil.example"]
            $0.rule = "ROUTE#<i>*"
            $0.description = "</td><u>\r\nBcc: v@evil.example"
        }
        #expect(try bench.deliver(decision).succeeds)
        let text = try #require(bench.outbox.first?.text)
        #expect(!text.contains("\nBcc"))
        let html = try #require(
            text.components(separatedBy: "message/delivery-status").dropLast().last?
                .components(separatedBy: "text/html").last
        )
        .replacing("=\r\n", with: "")
        #expect(html.contains("&lt;script"))
        for mark in ["<script", "<b>", "<i>", "<u>"] { #expect(!html.contains(mark)) }
        #expect(html.contains("&lt;i&gt;") && html.contains("&lt;u&gt;"))
        #expect(
            text.components(separatedBy: "\r\n").allSatisfy {
                !$0.contains("\n") && !$0.contains("\r")
            })
    }

    /// A mail that must not be answered, and why.
    struct Suppression: Sendable, CustomStringConvertible {
        let description: String
        let mail: SampleMail

        init(_ reason: String, _ change: (inout SampleMail) -> Void) {
            description = reason
            mail = SampleMail(change)
        }
    }

    static let suppressions = [
        Suppression("no-sender") { $0.source = "" }, Suppression("no-sender") { $0.source = "<>" },
        Suppression("malformed-sender") { $0.source = "jane" },
        Suppression("malformed-sender") { $0.source = "jane@sender.example\r\nBcc: x@y" },
        Suppression("malformed-sender") { $0.source = "jané@sender.example" },
        Suppression("automatic-sender") { $0.source = "MAILER-DAEMON" },
        Suppression("automatic-sender") { $0.source = "Postmaster@sender.example" },
        Suppression("automatic-sender") { $0.source = "no-reply+1@sender.example" },
        Suppression("automatic-sender") { $0.source = "donotreply@sender.example" },
        Suppression("own-sender") { $0.source = "Bounces@mail.example.com" },
        Suppression("own-sender") { $0.source = "0102-abc@bounce.EXAMPLE.com" },
        Suppression("auto-submitted") { $0.headers += [("auto-submitted", "auto-replied")] },
        Suppression("bulk-precedence") { $0.headers += [("Precedence", "Bulk")] },
        Suppression("mailing-list") { $0.headers += [("List-Unsubscribe", "<mailto:x@y>")] },
        Suppression("delivery-report") {
            $0.headers += [("Content-Type", "multipart/report; report-type=x")]
        },
        Suppression("spam") { $0.verdicts["spam"] = "FAIL" },
        Suppression("virus") { $0.verdicts["virus"] = "FAIL" },
        Suppression("spf-failed") { $0.verdicts["spf"] = "FAIL" },
        Suppression("dmarc-failed") { $0.verdicts["dmarc"] = "FAIL" },
        Suppression("unauthenticated") { $0.verdicts = ["spf": "GRAY", "dkim": "GRAY"] },
        Suppression("unauthenticated") { $0.verdicts = [:] },
    ]

    @Test(
        "Machines, list mail, spam and forged senders get no report: the record succeeds",
        arguments: suppressions)
    func suppressed(_ suppression: Suppression) throws {
        let bench = BouncerBench()
        bench.policy = BouncePolicy(
            bounceSender: "bounces@mail.example.com", ownMailFromDomains: ["bounce.example.com"])
        var decision = SampleDecision.oneRecipient
        decision.mail = suppression.mail
        #expect(try bench.deliver(decision) == (true, []))
        #expect(bench.outbox == [])
        #expect(bench.output.values("reason") == [suppression.description])
        #expect(bench.output.counts == ["BounceSuppressed": 1])
    }

    @Test("Without the demand for authentication, and at our own domain, a person is told")
    func told() throws {
        let bench = BouncerBench()
        bench.policy = BouncePolicy(
            bounceSender: "bounces@mail.example.com",
            ownMailFromDomains: ["bounce.mail.example.com"], requiresAuthentication: false)
        var decision = SampleDecision.oneRecipient
        decision.mail.verdicts = [:]
        decision.mail.source = "jane@mail.example.com"
        decision.mail.headers += [("Auto-Submitted", "no (typed by hand)")]
        #expect(try bench.deliver(decision).succeeds)
        #expect(bench.outbox.count == 1)
    }

    @Test("Of a batch only the records that failed are named, and equal mails get one report")
    func batch() throws {
        let bench = BouncerBench()
        func record(_ id: String, _ messageID: String) -> JSONValue {
            var decision = SampleDecision.oneRecipient
            decision.id = id
            return decision.record(messageID: messageID)
        }
        bench.journal.failOnce(BouncerFailureTests.send, .refused)
        let event = SampleRecord.batch(
            record("mail-1", "r1"), SampleRecord.sqs("garbage", messageID: "r2"),
            record("mail-2", "r3"), record("mail-2", "r4"))
        #expect(try bench.deliver(event) == ["r1", "r2"])
        #expect(bench.outbox.count == 1)
        #expect(bench.output.counts == ["BounceSendFailure": 2, "BounceSendSuccess": 1])
    }
}
