internal import Lambda
internal import Logging
internal import Mail

extension BouncerHandler {
    /// What became of one mail.
    enum Outcome {
        case sent(recipients: Int)
        case alreadySent
        case suppressed(SuppressionReason)
        case failed(any Error)
    }

    /// Tells of it: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ notice: Notice, _ outcome: Outcome, startSeconds: Double, _ invocation: Invocation
    ) {
        let end = epochSeconds()
        var fields: Logger.Metadata = [
            "messageId": "\(notice.decision.originalMessageId)", "action": "bounce",
            "durationMs": .stringConvertible((end - startSeconds) * 1000),
        ]
        if let rule = notice.targets.lazy.compactMap(\.rule).first { fields["rule"] = "\(rule)" }
        switch outcome {
        case .sent(let count):
            fields["outcome"] = "bounced"
            fields["recipients"] = .stringConvertible(count)
            invocation.logger.info("the sender was told", metadata: fields)
            metrics.count([.bounceSendSuccess: 1, .bounceSendFailure: 0])
        case .alreadySent:
            fields["outcome"] = "already-bounced"
            invocation.logger.info(
                "the sender was told by an earlier delivery", metadata: fields)
        case .suppressed(let reason):
            fields["outcome"] = "suppressed"
            fields["reason"] = "\(reason.rawValue)"
            invocation.logger.info("the sender is not told", metadata: fields)
            metrics.count([.bounceSuppressed: 1])
        case .failed(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "\(RuntimeAPI.Failure(error).message)"
            invocation.logger.error("the sender was not told", metadata: fields)
            metrics.count([.bounceSendSuccess: 0, .bounceSendFailure: 1])
        }
        trace(notice, outcome, startSeconds: startSeconds, endSeconds: end)
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
        if case .failed = outcome { subsegment.isFault = true }
        tracer.send(subsegment, in: trace)
    }

    func warnOfKeptClaim(_ error: any Error, _ invocation: Invocation) {
        invocation.logger.warning(
            "a claim was not released",
            metadata: ["reason": "\(RuntimeAPI.Failure(error).message)"])
    }
}

extension MetricName {
    static let bounceSendSuccess: MetricName = "BounceSendSuccess"
    static let bounceSendFailure: MetricName = "BounceSendFailure"
    static let bounceSuppressed: MetricName = "BounceSuppressed"
}
