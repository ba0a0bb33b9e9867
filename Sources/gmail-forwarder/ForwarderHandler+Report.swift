internal import Gmail
internal import Lambda
internal import Logging
internal import Mail

extension ForwarderHandler {
    /// What became of one import.
    enum Outcome {
        case imported(id: String, startSeconds: Double)
        case alreadyImported
        case failed(any Error)
    }

    /// Tells of one import: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ item: Delivery.Import, _ delivery: Delivery, _ outcome: Outcome, _ invocation: Invocation
    ) {
        let end = WallClock.epochSeconds()
        var fields: Logger.Metadata = [
            "messageId": "\(delivery.decision.originalMessageId)", "action": "forward-to-gmail",
        ]
        if let rule = item.target.rule { fields["rule"] = "\(rule)" }
        var start = end
        var gmailID: String?
        switch outcome {
        case .alreadyImported:
            fields["outcome"] = "already-imported"
            invocation.logger.info("the mail was imported by an earlier delivery", metadata: fields)
            return
        case .imported(let id, let startSeconds):
            (start, gmailID) = (startSeconds, id)
            fields["outcome"] = "imported"
            fields["durationMs"] = .stringConvertible((end - start) * 1000)
            invocation.logger.info("the mail was imported", metadata: fields)
            metrics.count([.gmailForwardSuccess: 1, .gmailForwardFailure: 0])
        case .failed(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "\(RuntimeAPI.Failure(error).message)"
            invocation.logger.error("the mail was not imported", metadata: fields)
            countFailure(error)
        }
        invocation.logger.debug(
            "the mailbox", metadata: ["destination": "\(item.target.destination)"])
        guard let trace = delivery.decision.traceHeader.flatMap(TraceHeader.init) else { return }
        var subsegment = Subsegment(
            name: "gmail-forwarder", startSeconds: start, endSeconds: end)
        subsegment.annotations = [
            ("messageId", delivery.decision.originalMessageId), ("action", "forward-to-gmail"),
            ("recipient", item.target.target), ("target", item.target.destination),
            ("import_status", gmailID == nil ? "error" : "success"),
        ]
        if let gmailID { subsegment.annotations.append(("gmail_message_id", gmailID)) }
        subsegment.isFault = gmailID == nil
        tracer.send(subsegment, in: trace)
    }

    /// Tells of what failed before or after the imports; it stands for all of them.
    func reportFailure(_ error: any Error, of delivery: Delivery?, _ invocation: Invocation) {
        if let delivery {
            invocation.logger.error(
                "the mail was not handled",
                metadata: [
                    "messageId": "\(delivery.decision.originalMessageId)",
                    "action": "forward-to-gmail", "outcome": "failed",
                    "reason": "\(RuntimeAPI.Failure(error).message)",
                ])
        }
        metrics.count([.gmailForwardSuccess: 0, .gmailForwardFailure: 1])
    }

    private func countFailure(_ error: any Error) {
        metrics.count([.gmailForwardSuccess: 0, .gmailForwardFailure: 1])
        if case GmailError.tokenInvalid? = error as? GmailError {
            metrics.count([.gmailTokenInvalid: 1])
        }
    }

    func warnOfKeptClaim(_ error: any Error, _ invocation: Invocation) {
        invocation.logger.warning(
            "a claim was not released",
            metadata: ["reason": "\(RuntimeAPI.Failure(error).message)"])
    }
}

extension MetricName {
    static let gmailForwardSuccess: MetricName = "GmailForwardSuccess"
    static let gmailForwardFailure: MetricName = "GmailForwardFailure"
    static let gmailTokenInvalid: MetricName = "GmailTokenInvalid"
}
