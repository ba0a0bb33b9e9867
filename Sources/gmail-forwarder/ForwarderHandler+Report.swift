internal import Delivery
internal import Gmail
internal import Lambda
internal import Logging
internal import Mail
internal import Mailboxes

extension ForwarderHandler {
    /// The outcome of one import.
    enum ImportOutcome {
        case imported(id: String, startSeconds: Double)
        case alreadyImported
        /// Gmail refused the mail for good at an earlier delivery.
        case alreadyRefused
        case failed(any Error)
        /// Gmail never takes the mail; its mailbox has a notice, unless it is the canary or junk.
        case refused(any Error)
        /// Gmail never takes the mail, and the notice could not be imported.
        case noticeFailed(any Error, any Error)
        /// Gmail has the mail, and the ledger has no entry of it.
        case unrecorded(any Error)
        /// The mailbox has the notice, and the ledger has no entry of it.
        case refusalUnrecorded(any Error)
    }

    /// Reports one import: a log line, a line of metrics, a subsegment in the mail's own trace.
    func report(
        _ item: ForwardRequest.Import, of request: ForwardRequest, _ outcome: ImportOutcome,
        _ invocation: Invocation
    ) {
        let end = epochSeconds()
        reporter.report(
            line(outcome, item.target, isCanary: request.isCanary, endSeconds: end),
            of: request.decision, rule: item.target.rule, to: invocation.logger)
        switch outcome {
        case .imported(let id, let start): trace(item, request, gmailID: id, from: start, to: end)
        case .failed(let error), .noticeFailed(_, let error):
            reporter.metrics.countInvalidToken(error)
            trace(item, request, gmailID: nil, from: end, to: end)
        case .refused where !item.target.isCanary:
            trace(item, request, gmailID: nil, from: end, to: end)
        case .alreadyImported, .alreadyRefused, .refused, .unrecorded, .refusalUnrecorded: break
        }
        debug(item, outcome, invocation.logger)
    }

    private func line(
        _ outcome: ImportOutcome, _ target: ForwardTarget, isCanary: Bool, endSeconds: Double
    ) -> OutcomeLine {
        switch outcome {
        case .imported(_, let startSeconds):
            var line =
                target.isJunk
                ? OutcomeLine(.info, "the mail was imported into Spam", outcome: "junk-imported")
                : OutcomeLine(.info, "the mail was imported", outcome: "imported")
            line.fields["durationMs"] = .stringConvertible((endSeconds - startSeconds) * 1000)
            line.counts = isCanary ? [.canaryDelivered: 1] : Self.successCounts
            return line
        case .alreadyImported:
            return OutcomeLine(
                .info, "the mail was imported by an earlier delivery", outcome: "already-imported")
        case .alreadyRefused:
            return OutcomeLine(
                .info, "Gmail refused the mail at an earlier delivery", outcome: "already-refused")
        case .refused(let error) where target.isCanary:
            return OutcomeLine(
                .warning, "Gmail refused the canary", outcome: "refused", reason: "\(error)")
        case .refused(let error) where target.isJunk:
            return OutcomeLine(
                .warning, "Gmail refused junk, which stays stored", outcome: "junk-refused",
                reason: "\(error)")
        case .refused(let error):
            return OutcomeLine(
                .warning, "Gmail refused the mail; its mailbox has a notice", outcome: "refused",
                reason: "\(error)"
            ).counting([.gmailForwardRefused: 1])
        case .noticeFailed(let refusal, let error):
            var line = failure("the notice of a refusal was not imported", error, isCanary: false)
            line.fields["refusal"] = "\(refusal)"
            return line
        case .failed(let error):
            return failure("the mail was not imported", error, isCanary: isCanary)
        case .refusalUnrecorded(let error):
            return OutcomeLine(
                .error, "the refusal was not recorded; the notice may be imported again",
                outcome: "unrecorded", reason: RuntimeAPI.Failure(error).message)
        case .unrecorded(let error):
            return OutcomeLine(
                .error, "the mail was imported but not recorded; it may be imported again",
                outcome: "unrecorded", reason: RuntimeAPI.Failure(error).message)
        }
    }

    /// Reports a failure that belongs to no single import: the mail cannot be fetched or deleted.
    func reportFailure(
        _ message: String, _ error: any Error, of request: ForwardRequest,
        _ invocation: Invocation
    ) {
        reporter.report(
            failure(message, error, isCanary: request.isCanary), of: request.decision,
            to: invocation.logger)
        reporter.metrics.countInvalidToken(error)
    }

    /// Warns that a mail is imported without the labels that its rule wants.
    func reportLabels(
        _ item: ForwardRequest.Import, _ error: GmailError, of request: ForwardRequest,
        _ invocation: Invocation
    ) {
        let line = OutcomeLine(
            .warning, "Gmail refused the mail with its labels; it is tried without them",
            outcome: "labels-refused", reason: "\(error)")
        reporter.report(line, of: request.decision, rule: item.target.rule, to: invocation.logger)
    }

    /// The canary's failures are not counted: its alarm fires if its arrival is missing.
    private func failure(
        _ message: String, _ error: any Error, isCanary: Bool
    ) -> OutcomeLine {
        OutcomeLine.failure(message, error).counting(isCanary ? [:] : Self.failureCounts)
    }

    /// Writes the line for DEBUG alone, which has addresses, or may have some.
    private func debug(_ item: ForwardRequest.Import, _ outcome: ImportOutcome, _ logger: Logger) {
        logger.debug("the mailbox", metadata: ["destination": "\(item.target.destination)"])
        if case .refused(_, _, _, let message, _)? = outcome.error as? GmailError,
            message.text != message.masked
        {
            logger.debug("Google's own words", metadata: ["text": "\(message.text)"])
        }
    }

    private func trace(
        _ item: ForwardRequest.Import, _ request: ForwardRequest, gmailID: String?,
        from start: Double, to end: Double
    ) {
        var annotations = [
            (key: "target", value: item.target.destination),
            ("import_status", gmailID == nil ? "error" : "success"),
        ]
        // The canary's address is a secret.
        if !item.target.isCanary { annotations.append(("recipient", item.target.target)) }
        if let gmailID { annotations.append(("gmail_message_id", gmailID)) }
        reporter.trace(
            request.decision, annotations, isFault: gmailID == nil, fromSeconds: start,
            toSeconds: end)
    }

    static let successCounts: KeyValuePairs<MetricName, Int> = [
        .gmailForwardSuccess: 1, .gmailForwardFailure: 0,
    ]
    static let failureCounts: KeyValuePairs<MetricName, Int> = [
        .gmailForwardSuccess: 0, .gmailForwardFailure: 1,
    ]
}

extension ForwarderHandler.ImportOutcome {
    /// The error by which the import of the mail ended.
    fileprivate var error: (any Error)? {
        switch self {
        case .failed(let error), .refused(let error), .noticeFailed(let error, _): error
        case .imported, .alreadyImported, .alreadyRefused, .unrecorded, .refusalUnrecorded: nil
        }
    }
}

extension MetricName {
    static let gmailForwardSuccess: MetricName = "GmailForwardSuccess"
    static let gmailForwardFailure: MetricName = "GmailForwardFailure"
    static let gmailForwardRefused: MetricName = "GmailForwardRefused"
    static let canaryDelivered: MetricName = "CanaryDelivered"
}
