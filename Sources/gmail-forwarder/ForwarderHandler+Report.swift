internal import Gmail
internal import Lambda
internal import Logging
internal import Mail

extension ForwarderHandler {
    /// What became of one import.
    enum Outcome {
        case imported(id: String, startSeconds: Double)
        case alreadyImported
        /// Gmail refused the mail for good at an earlier delivery.
        case alreadyRefused
        case failed(any Error)
        /// Gmail does not take the canary, now or later.
        case canaryRefused(GmailError)
        /// Gmail has the mail, and the ledger does not say so.
        case unrecorded(any Error)
    }

    /// Reports one import: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ item: Delivery.Import, _ delivery: Delivery, _ outcome: Outcome, _ invocation: Invocation
    ) {
        let end = WallClock.epochSeconds()
        let logger = invocation.logger
        var fields = fields(of: delivery)
        if let rule = item.target.rule { fields["rule"] = "\(rule)" }
        switch outcome {
        case .imported(let id, let startSeconds):
            fields["outcome"] = "imported"
            fields["durationMs"] = .stringConvertible((end - startSeconds) * 1000)
            countSuccess(delivery) { logger.info("the mail was imported", metadata: fields) }
            trace(item, delivery, gmailID: id, from: startSeconds, to: end)
        case .alreadyImported:
            fields["outcome"] = "already-imported"
            logger.info("the mail was imported by an earlier delivery", metadata: fields)
        case .alreadyRefused:
            fields["outcome"] = "already-refused"
            logger.info("Gmail refused the mail at an earlier delivery", metadata: fields)
        case .canaryRefused(let error):
            fields["outcome"] = "refused"
            fields["reason"] = "\(error)"
            logger.warning("Gmail refused the canary", metadata: fields)
        case .failed(let error):
            fields["outcome"] = "failed"
            fields["reason"] = "\(RuntimeAPI.Failure(error).message)"
            countFailure(error, delivery) {
                logger.error("the mail was not imported", metadata: fields)
            }
            trace(item, delivery, gmailID: nil, from: end, to: end)
        case .unrecorded(let error):
            fields["outcome"] = "unrecorded"
            fields["reason"] = "\(RuntimeAPI.Failure(error).message)"
            logger.error(
                "the mail was imported but not recorded; it may be imported again",
                metadata: fields)
        }
        debug(item, outcome, logger)
    }

    /// Reports a failure that belongs to no single import: the mail cannot be fetched or deleted.
    func reportFailure(
        _ message: Logger.Message, _ error: any Error, of delivery: Delivery,
        _ invocation: Invocation
    ) {
        var fields = fields(of: delivery)
        fields["outcome"] = "failed"
        fields["reason"] = "\(RuntimeAPI.Failure(error).message)"
        countFailure(error, delivery) { invocation.logger.error(message, metadata: fields) }
    }

    /// Reports a record that is no routing decision with something to forward.
    func reportUnread(_ record: SQSRecord, _ error: BadEvent, _ invocation: Invocation) {
        countFailure(error) {
            invocation.logger.error(
                "the record was not understood",
                metadata: [
                    "sqsMessageId": "\(record.messageID ?? "")", "action": "forward-to-gmail",
                    "outcome": "failed", "reason": "\(error)",
                ])
        }
    }

    private func fields(of delivery: Delivery) -> Logger.Metadata {
        ["messageId": "\(delivery.decision.originalMessageId)", "action": "forward-to-gmail"]
    }

    private func countSuccess(_ delivery: Delivery, _ log: () -> Void) {
        if delivery.isCanary {
            metrics.count([.canaryDelivered: 1], log)
        } else {
            metrics.count([.gmailForwardSuccess: 1, .gmailForwardFailure: 0], log)
        }
    }

    /// A canary that fails is missing where it is counted; but a token that Google takes no more
    /// stops every mail.
    private func countFailure(_ error: any Error, _ delivery: Delivery? = nil, _ log: () -> Void) {
        if delivery?.isCanary ?? false {
            log()
        } else {
            metrics.count([.gmailForwardSuccess: 0, .gmailForwardFailure: 1], log)
        }
        if case GmailError.tokenInvalid? = error as? GmailError {
            metrics.count([.gmailTokenInvalid: 1])
        }
    }

    /// What holds addresses, or may hold some.
    private func debug(_ item: Delivery.Import, _ outcome: Outcome, _ logger: Logger) {
        logger.debug("the mailbox", metadata: ["destination": "\(item.target.destination)"])
        if case .failed(let error) = outcome,
            case .refused(_, _, _, let message, _)? = error as? GmailError,
            message.text != message.masked
        {
            logger.debug("Google's own words", metadata: ["text": "\(message.text)"])
        }
    }

    private func trace(
        _ item: Delivery.Import, _ delivery: Delivery, gmailID: String?, from start: Double,
        to end: Double
    ) {
        guard let trace = delivery.decision.traceHeader.flatMap(TraceHeader.init) else { return }
        var subsegment = Subsegment(
            name: "gmail-forwarder", startSeconds: start, endSeconds: end)
        subsegment.annotations = [
            ("messageId", delivery.decision.originalMessageId), ("action", "forward-to-gmail"),
            ("target", item.target.destination),
            ("import_status", gmailID == nil ? "error" : "success"),
        ]
        // The canary's address is a secret.
        if !item.target.isCanary {
            subsegment.annotations.append(("recipient", item.target.target))
        }
        if let gmailID { subsegment.annotations.append(("gmail_message_id", gmailID)) }
        subsegment.isFault = gmailID == nil
        tracer.send(subsegment, in: trace)
    }
}

extension MetricName {
    static let gmailForwardSuccess: MetricName = "GmailForwardSuccess"
    static let gmailForwardFailure: MetricName = "GmailForwardFailure"
    static let gmailTokenInvalid: MetricName = "GmailTokenInvalid"
    static let canaryDelivered: MetricName = "CanaryDelivered"
}
