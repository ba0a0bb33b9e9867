internal import AWS
internal import Lambda
internal import Ledger
internal import Logging
internal import Mail

extension BouncerHandler {
    /// What became of one mail.
    enum Outcome {
        case sent(recipients: Int)
        case alreadySent
        case suppressed(SuppressionReason)
        /// At least one recipient could not be claimed, and is in no report.
        case notClaimed(LedgerError)
        case notSent(AWSError)
        /// The stored mail's header, which is the evidence, could not be read.
        case unread(AWSError)
        /// SES has the report, and the ledger does not say so.
        case unrecorded(LedgerError)
    }

    /// Reports it: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ notice: Notice, _ outcome: Outcome, startSeconds: Double, _ invocation: Invocation
    ) {
        let end = epochSeconds()
        let logger = invocation.logger
        var fields: Logger.Metadata = [
            "messageId": "\(notice.decision.originalMessageId)", "action": "bounce",
            "durationMs": .stringConvertible((end - startSeconds) * 1000),
        ]
        if let rule = notice.targets.lazy.compactMap(\.rule).first { fields["rule"] = "\(rule)" }
        switch outcome {
        case .sent(let count):
            fields["outcome"] = "bounced"
            fields["recipients"] = .stringConvertible(count)
            metrics.count([.bounceSendSuccess: 1, .bounceSendFailure: 0]) {
                logger.info("the sender was told", metadata: fields)
            }
        case .alreadySent:
            fields["outcome"] = "already-bounced"
            logger.info("the sender was told by an earlier delivery", metadata: fields)
        case .suppressed(let reason):
            fields["outcome"] = "suppressed"
            fields["reason"] = "\(reason.rawValue)"
            metrics.count([.bounceSuppressed: 1]) {
                logger.info("the sender is not told", metadata: fields)
            }
        case .notClaimed(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "\(error)"
            countFailure { logger.error("a recipient was not claimed", metadata: fields) }
        case .notSent(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "the report was not sent: \(error)"
            countFailure { logger.error("the sender was not told", metadata: fields) }
        case .unread(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "the stored header was not read: \(error)"
            countFailure { logger.error("the sender was not told", metadata: fields) }
        case .unrecorded(let error):
            fields["outcome"] = "unrecorded"
            fields["reason"] = "\(error)"
            logger.error(
                "the report was sent but not recorded; it may be sent again", metadata: fields)
            return
        }
        trace(notice, outcome, startSeconds: startSeconds, endSeconds: end)
    }

    /// Reports a record that is no routing decision with something to bounce.
    func reportUnread(_ record: SQSRecord, _ error: BadEvent, _ invocation: Invocation) {
        countFailure {
            invocation.logger.error(
                "the record was not understood",
                metadata: [
                    "sqsMessageId": "\(record.messageID ?? "")", "action": "bounce",
                    "outcome": "failed", "reason": "\(error)",
                ])
        }
    }

    private func countFailure(_ log: () -> Void) {
        metrics.count([.bounceSendSuccess: 0, .bounceSendFailure: 1], log)
    }

    private func trace(
        _ notice: Notice, _ outcome: Outcome, startSeconds: Double, endSeconds: Double
    ) {
        guard let trace = notice.decision.traceHeader.flatMap(TraceHeader.init) else { return }
        var subsegment = Subsegment(
            name: "bouncer", startSeconds: startSeconds, endSeconds: endSeconds)
        subsegment.annotations = [
            ("messageId", notice.decision.originalMessageId),
            ("source", notice.mail.mail.source ?? ""), ("environment", environmentName),
            ("action", "bounce"),
        ]
        switch outcome {
        case .notClaimed, .notSent, .unread: subsegment.isFault = true
        case .sent, .alreadySent, .suppressed, .unrecorded: break
        }
        tracer.send(subsegment, in: trace)
    }
}

extension MetricName {
    static let bounceSendSuccess: MetricName = "BounceSendSuccess"
    static let bounceSendFailure: MetricName = "BounceSendFailure"
    static let bounceSuppressed: MetricName = "BounceSuppressed"
}
