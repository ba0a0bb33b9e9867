import AWS
import Foundation
import FunctionTestSupport
import HTTP
import JSON
import Testing

@testable import bouncer

/// Every effect fails once: what was done before, what is answered, and what does the next delivery
/// do? No sender is told twice, and none is forgotten.
struct BouncerFailureTests {
    static let read = "read BOUNCE#a@example.com"
    static let claim = "claim BOUNCE#a@example.com"
    static let send = "send jane@sender.example"
    static let complete = "complete BOUNCE#a@example.com"
    static let release = "release BOUNCE#a@example.com"
    static let whole = [read, claim, send, complete]

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
            step: read, failure: .refused, first: [read], atOnce: whole, succeedsAtOnce: true,
            later: [read]),
        Story(
            step: read, failure: .lost, first: [read], atOnce: whole, succeedsAtOnce: true,
            later: [read]),
        Story(
            step: claim, failure: .refused, first: [read, claim], atOnce: whole,
            succeedsAtOnce: true, later: [read]),
        Story(
            step: claim, failure: .lost, first: [read, claim], atOnce: [read],
            succeedsAtOnce: false, later: whole),
        Story(
            step: send, failure: .refused, first: [read, claim, send, release], atOnce: whole,
            succeedsAtOnce: true, later: [read]),
        Story(
            step: send, failure: .lost, first: [read, claim, send], atOnce: [read],
            succeedsAtOnce: false, later: whole, reports: 2),
        Story(
            step: complete, failure: .refused, first: whole, atOnce: [read],
            succeedsAtOnce: false, later: whole, reports: 2),
        Story(
            step: complete, failure: .lost, first: whole, atOnce: [read], succeedsAtOnce: true,
            later: [read]),
    ]

    @Test(
        "An effect that fails once fails the record, and a redelivery makes up for it",
        arguments: stories)
    func story(_ story: Story) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(story.step, story.failure)

        #expect(try bench.deliver(SampleDecision.oneRecipient) == (false, story.first))
        #expect(bench.output.counts == ["BounceSendFailure": 1])
        #expect(
            try bench.deliver(SampleDecision.oneRecipient)
                == (story.succeedsAtOnce, story.atOnce))
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, story.later))
        #expect(bench.outbox.count == story.reports)
        #expect(bench.table.states == ["BOUNCE#a@example.com": "done"])

        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, [Self.read]))
        #expect(bench.outbox.count == story.reports)
    }

    @Test(
        "A claim that cannot be given back only delays the next try",
        arguments: Journal.Failure.allCases)
    func releaseFails(failure: Journal.Failure) throws {
        let bench = BouncerBench()
        bench.journal.failOnce(Self.send, .refused)
        bench.journal.failOnce(Self.release, failure)
        let first = [Self.read, Self.claim, Self.send, Self.release]
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (false, first))
        #expect(bench.output.logs.filter { $0["level"] == "WARN" }.count == 1)
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, Self.whole))
        #expect(bench.outbox.count == 1)
    }

    @Test(
        "A report that SES refused gives the claim back",
        arguments: [
            AWSError.refused(
                .sendEmail, AWSRefusal(code: "MessageRejected", message: "", status: 400)),
            .refused(
                .sendEmail, AWSRefusal(code: "TooManyRequestsException", message: "", status: 429)),
            .refused(.sendEmail, AWSRefusal(code: "InternalFailure", message: "", status: 500)),
            .unanswered(.notSent(.sendEmail, reason: "no route")),
            .unanswered(.misconfigured(.sendEmail, reason: "URL")),
        ])
    func definiteFailure(error: AWSError) throws {
        let bench = BouncerBench()
        bench.refusal = error
        bench.journal.failOnce(Self.send, .refused)
        #expect(try bench.deliver(SampleDecision.oneRecipient).succeeds == false)
        #expect(bench.table.states == [:])
    }

    @Test(
        "Where SES may have taken the report, the claim stays until it runs out",
        arguments: [
            AWSError.unanswered(.timedOut(.sendEmail)),
            .unanswered(.connectionLost(.sendEmail, reason: "reset")),
            .undecodable(.sendEmail, reason: "there is no MessageId"),
            .refused(.sendEmail, AWSRefusal(code: "HTTP 502", message: "", status: 502)),
            .refused(.sendEmail, AWSRefusal(code: "HTTP 504", message: "", status: 504)),
        ])
    func unknownOutcome(error: AWSError) throws {
        let bench = BouncerBench()
        bench.loss = error
        bench.journal.failOnce(Self.send, .lost)
        #expect(try bench.deliver(SampleDecision.oneRecipient).succeeds == false)
        #expect(bench.table.states == ["BOUNCE#a@example.com": "claimed"])
    }

    @Test("Two recipients are claimed, told of in one report, and completed")
    func twoRecipients() throws {
        let bench = BouncerBench()
        #expect(
            try bench.deliver(SampleDecision.twoRecipients) == (
                true,
                [
                    Self.read, Self.claim, "read BOUNCE#b@example.com",
                    "claim BOUNCE#b@example.com", Self.send, Self.complete,
                    "complete BOUNCE#b@example.com",
                ]
            ))
        #expect(bench.outbox.count == 1)
        #expect(bench.output.counts == ["BounceSendSuccess": 1])
    }

    @Test(
        "A recipient that cannot be claimed fails the record; the report is on the others",
        arguments: ["read", "claim"], Journal.Failure.allCases)
    func oneClaimFails(step: String, failure: Journal.Failure) throws {
        let bench = BouncerBench()
        bench.journal.failOnce("\(step) BOUNCE#a@example.com", failure)
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds == false)
        #expect(bench.outbox.map { finalRecipients($0.text) } == [["b@example.com"]])
        bench.waitForClaims()
        #expect(try bench.deliver(SampleDecision.twoRecipients).succeeds)
        #expect(
            bench.outbox.map { finalRecipients($0.text) } == [["b@example.com"], ["a@example.com"]])
        #expect(bench.table.states.values.sorted() == ["done", "done"])
    }

    @Test("Where one of two cannot be completed, only that one is told of again")
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
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (false, [Self.read]))
        bench.clock.milliseconds += 1
        #expect(try bench.deliver(SampleDecision.oneRecipient) == (true, Self.whole))
    }
}

/// The recipients that a report's machine-readable part names.
func finalRecipients(_ report: String) -> [String] {
    report.components(separatedBy: "\r\n").filter { $0.hasPrefix("Final-Recipient: rfc822; ") }
        .map { String($0.dropFirst("Final-Recipient: rfc822; ".count)) }
}
