internal import Lambda
internal import Logging
internal import Mail
internal import Process

extension RouterHandler {
    /// Reports a routed mail: one log line, one line of metrics, one subsegment for each recipient.
    func report(
        _ mail: ReceivedMail, _ outcome: RoutingPolicy.Outcome, isFallback: Bool,
        startSeconds: Double, trace: TraceHeader?, _ invocation: Invocation
    ) {
        let end = WallClock.epochSeconds()
        let actions = outcome.actions
        for warning in outcome.warnings {
            invocation.logger.warning(
                "a row of the table is odd",
                metadata: [
                    "messageId": "\(mail.mail.messageId)", "rule": "\(warning.row)",
                    "reason": "\(warning.reason)",
                ])
        }
        var fields: Logger.Metadata = [
            "messageId": "\(mail.mail.messageId)", "outcome": "routed",
            "action": "\(actions.names.joined(separator: ","))",
            "durationMs": .stringConvertible((end - startSeconds) * 1000),
        ]
        if let rules = actions.rules { fields["rule"] = "\(rules)" }
        if let reasons = actions.reasons { fields["reason"] = "\(reasons)" }
        // The canary does not count as mail, and its address is a secret.
        guard !actions.areForCanary else {
            fields["reason"] = "canary"
            let log = { invocation.logger.info("the canary was routed", metadata: fields) }
            return isFallback ? metrics.count([.routerEnrichmentFailure: 1], log) : log()
        }
        count(mail, isFallback: isFallback) {
            invocation.logger.info("the mail was routed", metadata: fields)
        }
        guard let trace, trace.isSampled else { return }
        for recipient in actions.byRecipient.prefix(RouterHandler.tracedRecipients) {
            var subsegment = Subsegment(
                name: "router-enrichment", startSeconds: startSeconds, endSeconds: end)
            subsegment.annotations = [
                ("messageId", mail.mail.messageId), ("source", mail.mail.source ?? ""),
                ("recipient", recipient.address), ("action", recipient.action),
            ]
            tracer.send(subsegment, in: trace)
        }
    }

    /// Reports which mail was not routed. Lambda's own line names only the invocation.
    func reportFailure(_ error: any Error, of mail: ReceivedMail, _ invocation: Invocation) {
        invocation.logger.error(
            "the mail was not routed",
            metadata: [
                "messageId": "\(mail.mail.messageId)", "outcome": "failed",
                "reason": "\(RuntimeAPI.Failure(error).message)",
            ])
    }

    /// The limit of recipients in a trace, of which X-Ray indexes 50 annotations.
    private static let tracedRecipients = 10

    private func count(_ mail: ReceivedMail, isFallback: Bool, _ log: () -> Void) {
        metrics.count(
            [
                .routerEnrichmentSuccess: isFallback ? 0 : 1,
                .routerEnrichmentFailure: isFallback ? 1 : 0,
                .emailsAccepted: 1,
                .spamDetected: mail.receipt.spamVerdict == .fail ? 1 : 0,
                .virusDetected: mail.receipt.virusVerdict == .fail ? 1 : 0,
                .dmarcRejectDetected: mail.receipt.isRejectedByDMARC ? 1 : 0,
            ], log)
    }
}

extension MetricName {
    static let routerEnrichmentSuccess: MetricName = "RouterEnrichmentSuccess"
    static let routerEnrichmentFailure: MetricName = "RouterEnrichmentFailure"
    static let emailsAccepted: MetricName = "EmailsAccepted"
    static let spamDetected: MetricName = "SpamDetected"
    static let virusDetected: MetricName = "VirusDetected"
    static let dmarcRejectDetected: MetricName = "DmarcRejectDetected"
}

extension RoutingActions {
    /// The actions that at least one recipient gets.
    fileprivate var names: [String] {
        [
            ("store", store.count), ("forward-to-gmail", forwardToGmail.count),
            ("bounce", bounce.count),
        ]
        .filter { $0.1 > 0 }.map(\.0)
    }

    /// The rules that decided, each once; nil if none did.
    fileprivate var rules: String? {
        joined(forwardToGmail.compactMap(\.rule) + (store + bounce).compactMap(\.rule))
    }

    fileprivate var reasons: String? {
        joined((store + bounce).compactMap { $0.reason?.rawValue })
    }

    private func joined(_ words: [String]) -> String? {
        words.isEmpty ? nil : Set(words).sorted().joined(separator: ",")
    }

    fileprivate var byRecipient: [(address: String, action: String)] {
        store.map { ($0.target, "store") } + forwardToGmail.map { ($0.target, "forward-to-gmail") }
            + bounce.map { ($0.target, "bounce") }
    }
}
