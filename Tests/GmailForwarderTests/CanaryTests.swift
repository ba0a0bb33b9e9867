import FunctionTestSupport
import Gmail
import HTTP
import JSON
import Lambda
import TestSupport
import Testing

@testable import gmail_forwarder

/// Our own test message: its arrival is counted, and nothing else of it.
struct CanaryTests {
    private static let decision = SampleDecision {
        $0.forward = [("canary-6f1d@example.com", "me@gmail.com")]
        $0.isCanary = true
    }

    private static func refusal(_ status: Int, _ reason: String = "invalidArgument") -> GmailError {
        .refused(
            CallName("Gmail", "import"), status: status, reason: reason, mailbox: "me@gmail.com")
    }

    @Test("It is imported into the trash, counted by its own metric alone, and deleted")
    func delivered() throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(Self.decision).succeeds)
        #expect(bench.labels == ["me@gmail.com": [["TRASH"]]])
        #expect(bench.output.counts == ["CanaryDelivered": 1])
        #expect(bench.objects.isEmpty)
        #expect(!bench.output.lines.contains { $0.contains("canary-6f1d") })
    }

    @Test("A second delivery counts nothing")
    func again() throws {
        let bench = ForwarderBench()
        for _ in 1...2 { #expect(try bench.deliver(Self.decision).succeeds) }
        #expect(bench.output.counts == ["CanaryDelivered": 1])
    }

    @Test(
        "That Gmail refuses it is a success without a count or a notice, and is not tried again",
        arguments: [400, 413])
    func refused(status: Int) throws {
        let bench = ForwarderBench()
        bench.refusal = Self.refusal(status)
        bench.journal.failOnce("import me@gmail.com", .refused)
        for _ in 1...2 { #expect(try bench.deliver(Self.decision).succeeds) }
        #expect(bench.output.counts == [:])
        #expect(bench.output.values("outcome") == ["refused", "already-refused"])
        #expect(bench.labels == [:] && bench.notices == [:])
        #expect(!bench.objects.isEmpty)
    }

    @Test(
        "Any other failure fails its record, and counts no failed forward",
        arguments: [
            refusal(403, "forbidden"), refusal(503), refusal(400, "rateLimitExceeded"),
            .unanswered(.timedOut(CallName("Gmail", "import"))),
        ])
    func failed(error: GmailError) throws {
        let bench = ForwarderBench()
        bench.refusal = error
        bench.journal.failOnce("import me@gmail.com", .refused)
        #expect(try !bench.deliver(Self.decision).succeeds)
        #expect(bench.output.counts == [:])
        #expect(bench.output.values("outcome") == ["failed"])
    }

    @Test("A token that Google takes no more is counted: it stops every mail")
    func token() throws {
        let bench = ForwarderBench()
        bench.refusal = GmailError.tokenInvalid(mailbox: "me@gmail.com")
        bench.journal.failOnce("import me@gmail.com", .refused)
        #expect(try !bench.deliver(Self.decision).succeeds)
        #expect(bench.output.counts == ["GmailTokenInvalid": 1])
    }

    @Test("A mail without labels of its own gets those of new mail")
    func labels() throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(SampleDecision.oneMailbox).succeeds)
        #expect(bench.labels == ["me@gmail.com": [["INBOX", "UNREAD"]]])
    }
}
