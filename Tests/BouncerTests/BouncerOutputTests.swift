import AWS
import FunctionTestSupport
import JSON
import Lambda
import Logging
import TestSupport
import Testing

@testable import bouncer

/// What the bouncer reports of a mail, and what it must keep to itself.
struct BouncerOutputTests {
    static let secrets = ["salary", "victim", "whistleblower", "confidant", "hunter2", "\u{1B}"]
    static let sender = "whistleblower@sender.example"
    static let hostile = SampleDecision {
        $0.mail.subject = "Top secret salary\r\nBcc: victim@evil.example \u{1B}[2J"
        $0.mail.source = sender
        $0.mail.headers = [("X-Secret", "hunter2")]
        $0.bounce = ["confidant@example.com"]
        $0.description = "hunter2"
    }

    @Test("A report is one line with what is known of it, and one line of metrics")
    func bounced() throws {
        let bench = BouncerBench()
        _ = try bench.deliver(Self.hostile)
        let line = try #require(bench.output.logs.first)
        #expect(bench.output.lines.count == 2)
        #expect(line["level"] == "INFO" && line["outcome"] == "bounced")
        #expect(line["requestId"] == "request-1" && line["messageId"] == "mail-1")
        #expect(line["action"] == "bounce" && line["rule"] == "ROUTE#*")
    }

    @Test(
        "A report that cannot be recorded is logged as sent, and its record fails",
        arguments: Journal.Failure.allCases)
    func unrecorded(failure: Journal.Failure) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(BouncerFailureTests.complete, failure)
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds == false)
        #expect(bench.output.counts == ["BounceSendSuccess": 1])
        #expect(
            bench.output.values("message") == [
                "the sender was told",
                "the report was sent but not recorded; it may be sent again",
            ])
        #expect(bench.output.values("level") == ["INFO", "ERROR"])
        #expect(bench.output.values("outcome") == ["bounced", "unrecorded"])
    }

    @Test("A failed record is one line, whichever step failed", arguments: ["claim", "send"])
    func oneLine(step: String) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(
            step == "send" ? BouncerFailureTests.send : BouncerFailureTests.claim, .refused)
        #expect(try bench.deliver(SampleDecision.oneRecipient).succeeds == false)
        let message = step == "send" ? "the sender was not told" : "a recipient was not claimed"
        #expect(bench.output.values("message") == [message])
        #expect(bench.output.values("outcome") == ["failed"])
    }

    @Test("A record that is not understood is one line, which names it to SQS")
    func unread() throws {
        let bench = BouncerBench()
        _ = try bench.deliver(
            SampleRecord.batch(SampleRecord.sqs("garbage", messageID: "record-7")))
        let line = try #require(bench.output.logs.first)
        #expect(bench.output.logs.count == 1 && line["level"] == "ERROR")
        #expect(line["message"] == "the record was not understood")
        #expect(line["sqsMessageId"] == "record-7" && line["outcome"] == "failed")
    }

    @Test(
        "No outcome tells a subject, a header or an address, not even at TRACE",
        arguments: [
            "", "claim BOUNCE#confidant@example.com", "send \(sender)",
            "complete BOUNCE#confidant@example.com",
        ], Journal.Failure.allCases)
    func nothingLeaks(step: String, failure: Journal.Failure) throws {
        let bench = BouncerBench()
        bench.refusal = .refused(
            .sendEmail,
            AWSRefusal(
                code: "MessageRejected", message: "Email address is not verified: \(Self.sender)",
                status: 400))
        bench.journal.failOnce(step, failure)
        let event = SampleRecord.batch(Self.hostile.record())
        for _ in 0..<3 {
            _ = try bench.deliver(event, level: .trace)
            bench.waitForClaims()
        }
        expectNoLeak(bench)
    }

    @Test("Nor does a mail that is not answered, or garbage")
    func othersLeakNothing() throws {
        let bench = BouncerBench()
        var spam = Self.hostile
        spam.mail.verdicts["spam"] = "FAIL"
        _ = try bench.deliver(spam)
        for body in ["salary", #"{"detail":{"salary":1}}"#, #"{"detail":"confidant@example.com"}"#]
        {
            _ = try bench.deliver(SampleRecord.batch(SampleRecord.sqs(body)), level: .trace)
        }
        expectNoLeak(bench)
    }

    @Test("The mail's own trace hears of the report, and of its failure")
    func trace() throws {
        let daemon = try DatagramReceiver()
        let bench = BouncerBench()
        bench.tracer = Tracer(daemonAddress: daemon.address)
        bench.journal.failOnce(BouncerFailureTests.send, .refused)
        var decision = SampleDecision.oneRecipient
        decision.traceHeader =
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        _ = try bench.deliver(decision)
        bench.waitForClaims()
        _ = try bench.deliver(decision)
        for isFault in [true, false] {
            let datagram = try #require(daemon.next())
            let document = try JSONValue(parsing: String(datagram.drop { $0 != "\n" }))
            #expect(document["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793")
            #expect((document["fault"] == true) == isFault)
            #expect(document["annotations"]?["action"] == "bounce")
        }
    }

    private func expectNoLeak(_ bench: BouncerBench) {
        #expect(!bench.output.lines.isEmpty)
        for secret in Self.secrets {
            let leaks = bench.output.lines.filter { $0.contains(secret) }
            #expect(leaks == [])
        }
    }
}
