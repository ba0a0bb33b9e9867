import AWS
import FunctionTestSupport
import Gmail
import HTTP
import JSON
import Lambda
import Logging
import TestSupport
import Testing

@testable import gmail_forwarder

/// What the forwarder reports of a mail, and what it must keep to itself.
struct ForwarderOutputTests {
    static let secrets = [
        "salary", "victim", "whistleblower", "confidant", "keeper", "Hello", "\u{1B}",
    ]
    static let hostile = SampleDecision {
        $0.mail.subject = "Top secret salary\r\nBcc: victim@evil.example \u{1B}[2J"
        $0.mail.source = "whistleblower@sender.example"
        $0.forward = [("confidant@example.com", "keeper@gmail.com")]
    }

    @Test("An import is one line with what is known of it, and one line of metrics")
    func imported() throws {
        let bench = ForwarderBench()
        _ = try bench.deliver(Self.hostile)
        let line = try #require(bench.output.logs.first)
        #expect(bench.output.lines.count == 2)
        #expect(line["level"] == "INFO" && line["outcome"] == "imported")
        #expect(line["requestId"] == "request-1" && line["messageId"] == "mail-1")
        #expect(line["action"] == "forward-to-gmail" && line["rule"] == "ROUTE#*")
        #expect(line["durationMs"]?.double ?? -1 >= 0)
    }

    @Test(
        "A failure before or after the imports is one line that names the mail",
        arguments: [
            ("fetch emails/mail-1", "the stored mail was not fetched", 0),
            ("delete emails/mail-1", "the stored mail was not deleted", 1),
        ])
    func namedMail(step: String, message: String, imports: Int) throws {
        let bench = ForwarderBench()
        bench.journal.failOnce(step, .refused)
        #expect(try bench.deliver(Self.hostile).succeeds == false)
        let errors = bench.output.logs.filter { $0["level"] == "ERROR" }
        let line = try #require(errors.first)
        #expect(errors.count == 1 && line["message"]?.string == message)
        #expect(line["messageId"] == "mail-1" && line["outcome"] == "failed")
        #expect(bench.output.counts["GmailForwardFailure"] == 1)
        #expect(bench.output.counts["GmailForwardSuccess"] ?? 0 == imports)
    }

    @Test(
        "An import that cannot be recorded is reported as an import, and its record fails",
        arguments: Journal.Failure.allCases)
    func unrecorded(failure: Journal.Failure) throws {
        let bench = ForwarderBench()
        bench.journal.failOnce("complete GMAIL#keeper@gmail.com", failure)
        #expect(try bench.deliver(Self.hostile).succeeds == false)
        #expect(bench.output.counts == ["GmailForwardSuccess": 1])
        #expect(
            bench.output.values("message") == [
                "the mail was imported",
                "the mail was imported but not recorded; it may be imported again",
            ])
        #expect(bench.output.values("level") == ["INFO", "ERROR"])
        #expect(bench.output.values("outcome") == ["imported", "unrecorded"])
    }

    @Test("A failed record is one line for each of its mailboxes, and no other")
    func oneLineEach() throws {
        let bench = ForwarderBench()
        for name in ["a", "b"] { bench.journal.failOnce("import \(name)@gmail.com", .refused) }
        #expect(try bench.deliver(SampleDecision.twoMailboxes).succeeds == false)
        #expect(bench.output.values("outcome") == ["failed", "failed"])
        #expect(bench.output.logs.count == 2)
    }

    @Test("A record that is not understood is one line, which names it to SQS")
    func unread() throws {
        let bench = ForwarderBench()
        _ = try bench.deliver(
            SampleRecord.batch(SampleRecord.sqs("garbage", messageID: "record-7")))
        let line = try #require(bench.output.logs.first)
        #expect(bench.output.logs.count == 1)
        #expect(line["message"] == "the record was not understood" && line["level"] == "ERROR")
        #expect(line["sqsMessageId"] == "record-7" && line["outcome"] == "failed")
        #expect(line["reason"]?.string?.hasPrefix("the event was not understood: ") == true)
    }

    @Test("Google's sentence stands beside its reason, and its addresses at DEBUG alone")
    func googleMessage() throws {
        let sentence = "Delegation denied for keeper@gmail.com"
        for level in [Logger.Level.info, .debug] {
            let bench = ForwarderBench()
            bench.refusal = GmailError.refused(
                Self.gmail, status: 400, reason: "invalidArgument",
                message: GoogleMessage(sentence), mailbox: "keeper@gmail.com")
            bench.journal.failOnce("import keeper@gmail.com", .refused)
            _ = try bench.deliver(SampleRecord.batch(Self.hostile.record()), level: level)
            #expect(
                bench.output.values("reason") == [
                    "Gmail.import was refused: invalidArgument (400): "
                        + "Delegation denied for (address)"
                ])
            let whole = bench.output.logs.filter { $0.text.contains(sentence) }
            #expect(whole.map { $0["level"] } == (level == .debug ? ["DEBUG"] : []))
        }
    }

    @Test("The mailbox is told at DEBUG")
    func mailboxAtDebug() throws {
        let bench = ForwarderBench()
        _ = try bench.deliver(SampleRecord.batch(Self.hostile.record()), level: .debug)
        let lines = bench.output.logs.filter { $0.text.contains("keeper@gmail.com") }
        #expect(lines.map { $0["level"] } == ["DEBUG"])
    }

    static let gmail = CallName("Gmail", "import")

    @Test(
        "No failure tells a subject, a body or an address",
        arguments: [
            GmailError.tokenInvalid(mailbox: "keeper@gmail.com"),
            GmailError.unauthorized(mailbox: "keeper@gmail.com"),
            GmailError.refused(gmail, status: 429, reason: "quota", mailbox: "keeper@gmail.com"),
            GmailError.refused(gmail, status: 404, reason: "bad", mailbox: "keeper@gmail.com"),
            GmailError.refused(
                gmail, status: 403, reason: "rateLimitExceeded", mailbox: "keeper@gmail.com"),
            GmailError.refused(
                CallName("Google", "token"), status: 401, reason: "invalid_client",
                mailbox: "keeper@gmail.com"),
            GmailError.unanswered(.timedOut(gmail)), GmailError.uploadUnfinished("why"),
            GmailError.unconfirmed(gmail, status: 200),
            AWSError.refused(
                CallName("SSM", "GetParameter"),
                AWSRefusal(code: "X", message: "of keeper@gmail.com", status: 400)),
            Refusal(),
        ] as [any Error & Sendable])
    func failures(error: any Error & Sendable) throws {
        let bench = ForwarderBench()
        bench.refusal = error
        bench.journal.failOnce("import keeper@gmail.com", .refused)
        #expect(try bench.deliver(Self.hostile).succeeds == false)
        #expect(bench.output.values("outcome") == ["failed"])
        expectNoLeak(bench)
    }

    @Test("Where Google refuses a foreign mailbox, the message names it: a rule is to be mended")
    func delegation() throws {
        let bench = ForwarderBench()
        bench.refusal = GmailError.refused(
            Self.gmail, status: 403, reason: "forbidden", mailbox: "keeper@gmail.com")
        bench.journal.failOnce("import keeper@gmail.com", .refused)
        _ = try bench.deliver(Self.hostile)
        #expect(bench.output.lines.contains { $0.contains("keeper@gmail.com") })
        #expect(!bench.output.lines.contains { $0.contains("confidant") })
    }

    @Test(
        "Nor does any other outcome",
        arguments: [
            "claim GMAIL#keeper@gmail.com", "fetch emails/mail-1",
            "complete GMAIL#keeper@gmail.com", "delete emails/mail-1",
        ], Journal.Failure.allCases)
    func otherFailures(step: String, failure: Journal.Failure) throws {
        let bench = ForwarderBench()
        bench.journal.failOnce(step, failure)
        #expect(try bench.deliver(Self.hostile).succeeds == false)
        bench.waitForClaims()
        #expect(try bench.deliver(Self.hostile).succeeds)
        #expect(try bench.deliver(Self.hostile).succeeds)
        expectNoLeak(bench)
    }

    @Test("Nor does a refusal, whose notice has all of it")
    func refusal() throws {
        let bench = ForwarderBench()
        bench.refusal = GmailError.refused(
            Self.gmail, status: 400, reason: "invalidArgument",
            message: GoogleMessage("Invalid To header: confidant@example.com"),
            mailbox: "keeper@gmail.com")
        bench.journal.failOnce("import keeper@gmail.com", .refused)
        for _ in 1...2 { #expect(try bench.deliver(Self.hostile).succeeds) }
        #expect(bench.output.values("outcome") == ["refused", "already-refused"])
        #expect(bench.notices["keeper@gmail.com"]?.first?.contains("Top secret salary") == true)
        expectNoLeak(bench)
    }

    @Test("Garbage is logged without its content")
    func garbage() throws {
        let bench = ForwarderBench()
        for body in ["salary", #"{"detail":{"salary":1}}"#, #"{"detail":"confidant@example.com"}"#]
        {
            _ = try bench.deliver(SampleRecord.batch(SampleRecord.sqs(body)))
        }
        expectNoLeak(bench)
    }

    @Test("The mail's own trace hears of each import")
    func trace() throws {
        let daemon = try DatagramReceiver()
        let bench = ForwarderBench()
        bench.tracer = Tracer(daemonAddress: daemon.address)
        bench.journal.failOnce("import b@gmail.com", .refused)
        var decision = SampleDecision.twoMailboxes
        decision.traceHeader =
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        _ = try bench.deliver(decision)
        var heard: [String] = []
        while let datagram = daemon.next() {
            let document = try JSONValue(parsing: String(datagram.drop { $0 != "\n" }))
            let notes = document["annotations"]
            heard.append(
                ["recipient", "target", "import_status"].compactMap { notes?[$0]?.string }
                    .joined(separator: " "))
            #expect(document["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793")
            #expect((document["fault"] == true) == (notes?["import_status"] == "error"))
        }
        #expect(
            heard == ["a@example.com a@gmail.com success", "b@example.com b@gmail.com error"])
    }

    private func expectNoLeak(_ bench: ForwarderBench) {
        #expect(!bench.output.lines.isEmpty)
        for secret in Self.secrets {
            let leaks = bench.output.lines.filter { $0.contains(secret) }
            #expect(leaks == [])
        }
    }
}
