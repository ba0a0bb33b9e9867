internal import AWS
internal import Delivery
internal import Lambda
internal import Logging
internal import Mail

extension BouncerHandler {
    /// The outcome of one mail.
    enum BounceOutcome {
        case sent(recipients: Int)
        case alreadySent
        case suppressed(SuppressionReason)
        /// At least one recipient could not be claimed, and is in no report.
        case notClaimed(LedgerError)
        case notSent(AWSError)
        /// The stored mail's header, which is the evidence, could not be read.
        case unread(AWSError)
        /// SES has the report, and the ledger has no entry of it.
        case unrecorded(LedgerError)
    }

    /// Reports the outcome: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ outcome: BounceOutcome, of request: BounceRequest, startSeconds: Double,
        _ invocation: Invocation
    ) {
        let end = epochSeconds()
        var line = line(outcome)
        line.fields["durationMs"] = .stringConvertible((end - startSeconds) * 1000)
        reporter.report(
            line, of: request.decision, rule: request.targets.lazy.compactMap(\.rule).first,
            to: invocation.logger)
        let isFault: Bool
        switch outcome {
        case .notClaimed, .notSent, .unread: isFault = true
        case .sent, .alreadySent, .suppressed: isFault = false
        // The report is in the trace already.
        case .unrecorded: return
        }
        reporter.trace(
            request.decision,
            [("source", request.mail.mail.source ?? ""), ("environment", environmentName)],
            isFault: isFault, fromSeconds: startSeconds, toSeconds: end)
    }

    private func line(_ outcome: BounceOutcome) -> OutcomeLine {
        switch outcome {
        case .sent(let count):
            var line = OutcomeLine(.info, "the sender was told", outcome: "bounced")
            line.fields["recipients"] = .stringConvertible(count)
            line.counts = [.bounceSendSuccess: 1, .bounceSendFailure: 0]
            return line
        case .alreadySent:
            return OutcomeLine(
                .info, "the sender was told by an earlier delivery", outcome: "already-bounced")
        case .suppressed(let reason):
            return OutcomeLine(
                .info, "the sender is not told", outcome: "suppressed", reason: reason.rawValue
            ).counting([.bounceSuppressed: 1])
        case .notClaimed(let error):
            return failure("a recipient was not claimed", "\(error)")
        case .notSent(let error):
            return failure("the sender was not told", "the report was not sent: \(error)")
        case .unread(let error):
            return failure("the sender was not told", "the stored header was not read: \(error)")
        case .unrecorded(let error):
            return OutcomeLine(
                .error, "the report was sent but not recorded; it may be sent again",
                outcome: "unrecorded", reason: "\(error)")
        }
    }

    private func failure(_ message: String, _ reason: String) -> OutcomeLine {
        OutcomeLine(.error, message, outcome: "failed", reason: reason)
            .counting(Self.failureCounts)
    }

    static let failureCounts: KeyValuePairs<MetricName, Int> = [
        .bounceSendSuccess: 0, .bounceSendFailure: 1,
    ]
}

extension MetricName {
    static let bounceSendSuccess: MetricName = "BounceSendSuccess"
    static let bounceSendFailure: MetricName = "BounceSendFailure"
    static let bounceSuppressed: MetricName = "BounceSuppressed"
}
