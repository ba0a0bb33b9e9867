import AWS
import FunctionTestSupport
import Gmail
import HTTP
import JSON
import Ledger
import Testing

@testable import gmail_forwarder

/// Every effect fails once: what was done before, what is answered, and what does the next delivery
/// do? Nothing twice, and nothing is lost.
struct ForwarderFailureTests {
    static let read = "read GMAIL#me@gmail.com"
    static let claim = "claim GMAIL#me@gmail.com"
    static let fetch = "fetch emails/mail-1"
    static let `import` = "import me@gmail.com"
    static let complete = "complete GMAIL#me@gmail.com"
    static let release = "release GMAIL#me@gmail.com"
    static let delete = "delete emails/mail-1"
    static let whole = [read, claim, fetch, `import`, complete, delete]

    /// One effect's failure and all that follows from it.
    struct Story: Sendable, CustomStringConvertible {
        let step: String
        let failure: Journal.Failure
        /// What the delivery does in which the step fails.
        let first: [String]
        /// What a delivery does that comes at once, and whether it succeeds.
        let atOnce: [String]
        let succeedsAtOnce: Bool
        /// What a delivery does that comes when the claims have run out.
        let later: [String]
        /// How often the mail is in the mailbox at the end: 2 only in the one known window, where
        /// Gmail itself merges mails of the same Message-ID.
        var copies = 1

        var description: String { "\(step) \(failure)" }
    }

    static let stories = [
        Story(
            step: read, failure: .refused, first: [read], atOnce: whole, succeedsAtOnce: true,
            later: [read, delete]),
        Story(
            step: read, failure: .lost, first: [read], atOnce: whole, succeedsAtOnce: true,
            later: [read, delete]),
        Story(
            step: claim, failure: .refused, first: [read, claim], atOnce: whole,
            succeedsAtOnce: true, later: [read, delete]),
        Story(
            step: claim, failure: .lost, first: [read, claim], atOnce: [read],
            succeedsAtOnce: false, later: whole),
        Story(
            step: fetch, failure: .refused, first: [read, claim, fetch, release], atOnce: whole,
            succeedsAtOnce: true, later: [read, delete]),
        Story(
            step: `import`, failure: .refused, first: [read, claim, fetch, `import`, release],
            atOnce: whole, succeedsAtOnce: true, later: [read, delete]),
        Story(
            step: `import`, failure: .lost, first: [read, claim, fetch, `import`],
            atOnce: [read], succeedsAtOnce: false, later: whole, copies: 2),
        Story(
            step: complete, failure: .refused,
            first: [read, claim, fetch, `import`, complete], atOnce: [read],
            succeedsAtOnce: false, later: whole, copies: 2),
        Story(
            step: complete, failure: .lost, first: [read, claim, fetch, `import`, complete],
            atOnce: [read, delete], succeedsAtOnce: true, later: [read, delete]),
        Story(
            step: delete, failure: .refused, first: whole, atOnce: [read, delete],
            succeedsAtOnce: true, later: [read, delete]),
        Story(
            step: delete, failure: .lost, first: whole, atOnce: [read, delete],
            succeedsAtOnce: true, later: [read, delete]),
    ]

    @Test(
        "An effect that fails once fails the record, and a redelivery makes up for it",
        arguments: stories)
    func story(_ story: Story) throws {
        let bench = ForwarderBench()
        bench.journal.failOnce(story.step, story.failure)

        #expect(try bench.deliver(SampleDecision.oneMailbox) == (false, story.first))
        let keptAfterFirst = bench.objects["emails/mail-1"] != nil
        #expect(keptAfterFirst || story.step == Self.delete)

        let second = try bench.deliver(SampleDecision.oneMailbox)
        #expect(second == (story.succeedsAtOnce, story.atOnce))

        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, story.later))
        #expect(bench.mailboxes["me@gmail.com"]?.count == story.copies)
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "done"])
        #expect(bench.objects.isEmpty)

        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, [Self.read, Self.delete]))
        #expect(bench.mailboxes["me@gmail.com"]?.count == story.copies)
    }

    @Test("A claim that cannot be given back only delays the next try", arguments: [0, 1])
    func releaseFails(which: Int) throws {
        let bench = ForwarderBench()
        bench.journal.failOnce(Self.import, .refused)
        bench.journal.failOnce(Self.release, Journal.Failure.allCases[which])
        let first = [Self.read, Self.claim, Self.fetch, Self.import, Self.release]
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (false, first))
        #expect(bench.output.logs.filter { $0["level"] == "WARN" }.count == 1)
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, Self.whole))
        #expect(bench.mailboxes["me@gmail.com"]?.count == 1)
    }

    static let gmail = CallName("Gmail", "import")

    @Test(
        "A failure before acceptance gives the claim back",
        arguments: [
            GmailError.noToken(parameter: "/t"), .malformedToken("it is no JSON"),
            .tokenInvalid(mailbox: "me@gmail.com"), .unauthorized(mailbox: "me@gmail.com"),
            .notBegun(.timedOut(CallName("Google", "token"))),
            .notBegun(.timedOut(CallName("Gmail", "import"))),
            .unanswered(.notSent(gmail, reason: "no route")),
            .unanswered(.misconfigured(gmail, reason: "URL")),
            .refused(gmail, status: 403, reason: "forbidden", mailbox: "me@gmail.com"),
            .refused(gmail, status: 400, reason: "invalidArgument", mailbox: "me@gmail.com"),
            .refused(gmail, status: 429, reason: "rateLimitExceeded", mailbox: "me@gmail.com"),
            .refused(gmail, status: 503, reason: "backendError", mailbox: "me@gmail.com"),
            .refused(CallName("Google", "token"), status: 502, reason: "", mailbox: "m"),
            .undecodable(CallName("Google", "token"), status: 200),
        ] as [GmailError])
    func definiteFailure(error: GmailError) throws {
        let bench = ForwarderBench()
        bench.refusal = error
        bench.journal.failOnce(Self.import, .refused)
        #expect(try bench.deliver(SampleDecision.oneMailbox).steps.last == Self.release)
        #expect(bench.table.states == [:])
        let isTokenInvalid = error == .tokenInvalid(mailbox: "me@gmail.com")
        #expect(
            bench.output.counts
                == ["GmailForwardFailure": 1].merging(
                    isTokenInvalid ? ["GmailTokenInvalid": 1] : [:]
                ) { $1 })
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, Self.whole))
    }

    @Test(
        "Where Gmail may have taken the mail, the claim stays until it runs out",
        arguments: [
            GmailError.unanswered(.timedOut(gmail)),
            .unanswered(.connectionLost(gmail, reason: "reset")),
            .unanswered(.bodyTooLarge(gmail)),
            .refused(gmail, status: 502, reason: "HTTP 502", mailbox: "me@gmail.com"),
            .refused(gmail, status: 504, reason: "HTTP 504", mailbox: "me@gmail.com"),
            .uploadUnfinished("Gmail forgot the session"), .unconfirmed(gmail, status: 200),
        ] as [GmailError])
    func unknownOutcome(error: GmailError) throws {
        let bench = ForwarderBench()
        bench.loss = error
        bench.journal.failOnce(Self.import, .lost)
        #expect(try bench.deliver(SampleDecision.oneMailbox).succeeds == false)
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "claimed"])
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (false, [Self.read]))
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, Self.whole))
    }

    @Test("A parameter that cannot be read is a failure before acceptance")
    func parameterStoreFails() throws {
        let bench = ForwarderBench()
        bench.refusal = AWSError.unanswered(.timedOut(CallName("SSM", "GetParameter")))
        bench.journal.failOnce(Self.import, .refused)
        #expect(try bench.deliver(SampleDecision.oneMailbox).steps.last == Self.release)
    }

    @Test("A spool file that cannot be read gives the claims back")
    func spoolFails() throws {
        let bench = ForwarderBench()
        var handler = bench.handler
        handler = ForwarderHandler(
            bucket: handler.bucket, ledger: handler.ledger,
            fetchMail: { _, descriptor in try ScratchDescriptor.makeUnreadable(descriptor) },
            importMail: handler.importMail, deleteMail: handler.deleteMail,
            metrics: handler.metrics, tracer: handler.tracer)
        let answer = try handler.handle(
            .init(
                SampleRecord.batch(SampleDecision.twoMailboxes.record()),
                deadlineMilliseconds: bench.clock.milliseconds + 1, output: bench.output))
        #expect(try JSONValue(parsing: answer)["batchItemFailures"]?.array?.count == 1)
        #expect(bench.table.states == [:])
        #expect(bench.mailboxes.isEmpty)
    }
}
