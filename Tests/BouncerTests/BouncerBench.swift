import AWS
import Delivery
import FunctionTestSupport
import HTTP
import Lambda
import Mail

@testable import bouncer

/// A bouncer between a table and an outbox of a test's own, in which each effect can fail once.
final class BouncerBench: HandlerBench {
    struct Report: Equatable {
        let recipient: String
        let text: String
    }

    let journal = Journal()
    let table: TableDouble
    let clock = FakeClock()
    let output = CapturedOutput()
    private(set) var outbox: [Report] = []
    var policy = BouncePolicy(bounceSender: "bounces@mail.example.com")
    /// What `send` fails with when the journal says that it was refused, or lost.
    var refusal = AWSError.refused(
        .sendEmail, AWSRefusal(code: "MessageRejected", message: "not verified", status: 400))
    var loss = AWSError.unanswered(.timedOut(.sendEmail))
    var tracer = Tracer(daemonAddress: nil)
    /// The stored mail's text; nil where it is gone.
    var storedMail: String?
    /// Thrown instead of the stored mail.
    var storageFailure: AWSError?
    var knowsBucket = true

    init() {
        table = TableDouble(journal: journal)
    }

    var handler: BouncerHandler {
        BouncerHandler(
            policy: policy,
            storedHeader: knowsBucket
                ? StoredHeader(bucket: SampleMail.bucket, readBeginning: readBeginning) : nil,
            reportingMTA: "inbound-smtp.us-east-1.amazonaws.com",
            environmentName: "test",
            ledger: Ledger(
                table.client(), retentionDays: 120,
                epochMilliseconds: { [clock] in clock.milliseconds }),
            sendReport: send, epochSeconds: { [clock] in Double(clock.milliseconds) / 1000 },
            reporter: OutcomeReporter(
                function: "bouncer", action: "bounce", metrics: output.metrics, tracer: tracer))
    }

    func handle(_ invocation: Invocation) throws -> [UInt8] { try handler.handle(invocation) }

    private func readBeginning(_ key: String, _ byteCount: Int) throws(AWSError) -> [UInt8]? {
        _ = journal.note("get \(key)")
        if let storageFailure { throw storageFailure }
        return storedMail.map { Array($0.utf8.prefix(byteCount)) }
    }

    private func send(_ report: [UInt8], _ recipient: String) throws(AWSError) -> String {
        let failure = journal.note("send \(recipient)")
        if failure == .refused { throw refusal }
        outbox.append(Report(recipient: recipient, text: String(decoding: report, as: UTF8.self)))
        if failure == .lost { throw loss }
        return "ses-\(outbox.count)"
    }
}

extension CallName {
    static let sendEmail = CallName("SESv2", "SendEmail")
}

extension SampleDecision {
    /// A mail that found nobody.
    static let oneRecipient = SampleDecision {
        $0.bounce = ["a@example.com"]
        $0.description = "Default: bounce all unmatched emails"
    }
    static let twoRecipients = SampleDecision { $0.bounce = ["a@example.com", "b@example.com"] }
}
