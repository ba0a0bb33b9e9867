import AWS
import Delivery
import FunctionTestSupport
import Gmail
import HTTP
import JSON
import Testing

@testable import gmail_forwarder

/// Every effect fails once: what was done before, what is answered, and what the next delivery
/// does. Nothing is done twice, and nothing is lost.
struct ForwarderFailureTests {
    static let claim = "claim GMAIL#me@gmail.com"
    static let fetch = "fetch emails/mail-1"
    static let `import` = "import me@gmail.com"
    static let complete = "complete GMAIL#me@gmail.com"
    static let delete = "delete emails/mail-1"
    static let whole = [claim, fetch, `import`, complete, delete]

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
            step: claim, failure: .refused, first: [claim], atOnce: whole, succeedsAtOnce: true,
            later: [claim, delete]),
        Story(
            step: claim, failure: .lost, first: [claim], atOnce: [claim], succeedsAtOnce: false,
            later: whole),
        Story(
            step: fetch, failure: .refused, first: [claim, fetch], atOnce: [claim],
            succeedsAtOnce: false, later: whole),
        Story(
            step: `import`, failure: .refused, first: [claim, fetch, `import`], atOnce: [claim],
            succeedsAtOnce: false, later: whole),
        Story(
            step: `import`, failure: .lost, first: [claim, fetch, `import`], atOnce: [claim],
            succeedsAtOnce: false, later: whole, copies: 2),
        Story(
            step: complete, failure: .refused, first: [claim, fetch, `import`, complete],
            atOnce: [claim], succeedsAtOnce: false, later: whole, copies: 2),
        Story(
            step: complete, failure: .lost, first: [claim, fetch, `import`, complete],
            atOnce: [claim, delete], succeedsAtOnce: true, later: [claim, delete]),
        Story(
            step: delete, failure: .refused, first: whole, atOnce: [claim, delete],
            succeedsAtOnce: true, later: [claim, delete]),
        Story(
            step: delete, failure: .lost, first: whole, atOnce: [claim, delete],
            succeedsAtOnce: true, later: [claim, delete]),
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

        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, [Self.claim, Self.delete]))
        #expect(bench.mailboxes["me@gmail.com"]?.count == story.copies)
    }

    static let gmail = CallName("Gmail", "import")

    @Test(
        "A claim is kept, whether or not Gmail may have taken the mail, until it runs out",
        arguments: [
            GmailError.noToken(parameter: "/t"), .malformedToken("it is no JSON"),
            .tokenInvalid(mailbox: "me@gmail.com"), .unauthorized(mailbox: "me@gmail.com"),
            .unanswered(.notSent(gmail, reason: "no route")), .unanswered(.timedOut(gmail)),
            .unanswered(.connectionLost(gmail, reason: "reset")),
            .refused(gmail, status: 403, reason: "forbidden", mailbox: "me@gmail.com"),
            .refused(gmail, status: 503, reason: "backendError", mailbox: "me@gmail.com"),
            .uploadUnfinished("Gmail forgot the session"), .unconfirmed(gmail, status: 200),
        ] as [GmailError])
    func failedImport(error: GmailError) throws {
        let bench = ForwarderBench()
        bench.refusal = error
        bench.journal.failOnce(Self.import, .refused)
        #expect(
            try bench.deliver(SampleDecision.oneMailbox)
                == (false, [Self.claim, Self.fetch, Self.import]))
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "claimed"])
        let isTokenInvalid = error == .tokenInvalid(mailbox: "me@gmail.com")
        #expect(
            bench.output.counts
                == ["GmailForwardFailure": 1].merging(
                    isTokenInvalid ? ["GmailTokenInvalid": 1] : [:]
                ) { $1 })
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (false, [Self.claim]))
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneMailbox) == (true, Self.whole))
    }

    @Test("A spool file that cannot be read fails the record before any import")
    func spoolFails() throws {
        let bench = ForwarderBench()
        var handler = bench.handler
        handler = ForwarderHandler(
            bucket: handler.bucket, ledger: handler.ledger,
            fetchMail: { _, descriptor in try ScratchDescriptor.makeUnreadable(descriptor) },
            importMail: handler.importMail, deleteMail: handler.deleteMail,
            epochSeconds: handler.epochSeconds, reporter: handler.reporter)
        let answer = try handler.handle(
            .init(
                SampleRecord.batch(SampleDecision.twoMailboxes.record()),
                deadlineMilliseconds: bench.clock.milliseconds + 1, output: bench.output))
        #expect(try JSONValue(parsing: answer)["batchItemFailures"]?.array?.count == 1)
        #expect(bench.table.states.values.sorted() == ["claimed", "claimed"])
        #expect(bench.mailboxes.isEmpty)
        #expect(bench.output.values("message") == ["the stored mail was not fetched"])
    }
}
