import AWS
import Foundation
import FunctionTestSupport
import HTTP
import JSON
import Testing

@testable import bouncer

/// Every effect fails once: what was done before, what is answered, and what the next delivery
/// does. No sender is told twice, and none is forgotten.
struct BouncerFailureTests {
    static let claim = "claim BOUNCE#a@example.com"
    static let send = "send jane@sender.example"
    static let complete = "complete BOUNCE#a@example.com"
    static let whole = [claim, send, complete]

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
        /// How many reports the sender has at the end: 2 only in the one known window.
        var reports = 1

        var description: String { "\(step) \(failure)" }
    }

    static let stories = [
        Story(
            step: claim, failure: .refused, first: [claim], atOnce: whole, succeedsAtOnce: true,
            later: [claim]),
        Story(
            step: claim, failure: .lost, first: [claim], atOnce: [claim], succeedsAtOnce: false,
            later: whole),
        Story(
            step: send, failure: .refused, first: [claim, send], atOnce: [claim],
            succeedsAtOnce: false, later: whole),
        Story(
            step: send, failure: .lost, first: [claim, send], atOnce: [claim],
            succeedsAtOnce: false, later: whole, reports: 2),
        Story(
            step: complete, failure: .refused, first: whole, atOnce: [claim],
            succeedsAtOnce: false, later: whole, reports: 2),
        Story(
            step: complete, failure: .lost, first: whole, atOnce: [claim], succeedsAtOnce: true,
            later: [claim]),
    ]

    @Test(
        "An effect that fails once fails the record, and a redelivery makes up for it",
        arguments: stories)
    func story(_ story: Story) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(story.step, story.failure)

        #expect(try bench.deliver(SampleDecision.oneRecipient) == (false, story.first))
        let isSent = story.step == Self.complete
        #expect(bench.output.counts == [isSent ? "BounceSendSuccess" : "BounceSendFailure": 1])
        #expect(
            try bench.deliver(SampleDecision.oneRecipient)
                == (story.succeedsAtOnce, story.atOnce))
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, story.later))
        #expect(bench.outbox.count == story.reports)
        #expect(bench.table.states == ["BOUNCE#a@example.com": "done"])

        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, [Self.claim]))
        #expect(bench.outbox.count == story.reports)
    }

    @Test(
        "A claim is kept, whether or not SES may have taken the report, until it runs out",
        arguments: [
            AWSError.refused(
                .sendEmail, AWSRefusal(code: "MessageRejected", message: "", status: 400)),
            .refused(.sendEmail, AWSRefusal(code: "InternalFailure", message: "", status: 500)),
            .unanswered(.notSent(.sendEmail, reason: "no route")),
            .unanswered(.timedOut(.sendEmail)),
            .undecodable(.sendEmail, reason: "there is no MessageId"),
        ])
    func failedReport(error: AWSError) throws {
        let bench = BouncerBench()
        bench.refusal = error
        bench.journal.failOnce(Self.send, .refused)
        #expect(try bench.deliver(SampleDecision.oneRecipient).succeeds == false)
        #expect(bench.table.states == ["BOUNCE#a@example.com": "claimed"])
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, Self.whole))
    }

    @Test("Two recipients are claimed, told of in one report, and completed")
    func twoRecipients() throws {
        let bench = BouncerBench()
        #expect(
            try bench.deliver(SampleDecision.twoRecipients) == (
                true,
                [
                    Self.claim, "claim BOUNCE#b@example.com", Self.send, Self.complete,
                    "complete BOUNCE#b@example.com",
                ]
            ))
        #expect(bench.outbox.count == 1)
        #expect(bench.output.counts == ["BounceSendSuccess": 1])
    }

    @Test(
        "A recipient that cannot be claimed fails the record; the report is on the others",
        arguments: Journal.Failure.allCases)
    func oneClaimFails(failure: Journal.Failure) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(Self.claim, failure)
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds == false)
        #expect(bench.outbox.map { finalRecipients($0.text) } == [["b@example.com"]])
        // The report is counted, and so is the recipient that is not in it.
        #expect(bench.output.counts == ["BounceSendSuccess": 1, "BounceSendFailure": 1])
        #expect(bench.output.values("outcome") == ["failed", "bounced"])
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds)
        #expect(
            bench.outbox.map { finalRecipients($0.text) } == [["b@example.com"], ["a@example.com"]])
        #expect(bench.table.states.values.sorted() == ["done", "done"])
    }

    @Test("Where one of two cannot be completed, only that one is reported again")
    func oneCompletionFails() throws {
        let bench = BouncerBench()
        bench.journal.failOnce(Self.complete, .refused)
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds == false)
        #expect(bench.table.states["BOUNCE#b@example.com"] == "done")
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds)
        #expect(
            bench.outbox.map { finalRecipients($0.text) }
                == [["a@example.com", "b@example.com"], ["a@example.com"]])
    }

    @Test("A live claim of another's fails the record, and an expired one is taken over")
    func foreignClaim() throws {
        let bench = BouncerBench()
        bench.table.put([
            "PK": ["S": "MAIL#mail-1"], "SK": ["S": "BOUNCE#a@example.com"],
            "state": ["S": "claimed"], "until": ["N": .string(String(bench.clock.milliseconds))],
        ])
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (false, [Self.claim]))
        bench.clock.milliseconds += 1
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, Self.whole))
    }
}

/// The recipients that a report's machine-readable part names.
func finalRecipients(_ report: String) -> [String] {
    report.components(separatedBy: "\r\n").filter { $0.hasPrefix("Final-Recipient: rfc822; ") }
        .map { String($0.dropFirst("Final-Recipient: rfc822; ".count)) }
}
