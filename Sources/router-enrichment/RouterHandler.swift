internal import AWS
internal import HTTP
internal import Lambda
internal import Logging
internal import Mail

/// Answers a routing decision for each mail of an event: decode, read the rules, decide, answer.
struct RouterHandler {
    /// The rules under these keys; every one that exists, or an error.
    let findRules: ([String]) throws -> [RoutingRule]
    /// The secret that lets a test mail past its verdicts; nil outside the test environment.
    let readTestToken: (() throws -> Secret?)?
    /// What a mail gets whose rules cannot be read, on the queue's last try.
    let lookupFailedAction: RoutingPolicy.LookupFailedAction
    /// How our own test message is known; nil where none is sent.
    let canary: Canary?
    let metrics: Metrics
    let tracer: Tracer

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        var decisions: [RoutingDecision] = []
        for record in try InboundRecord.records(invocation.event) {
            if let decision = try route(record, invocation) { decisions.append(decision) }
        }
        return RoutingDecision.json(of: decisions)
    }

    /// The decision, or nil for a notification that is no mail.
    private func route(_ record: InboundRecord, _ invocation: Invocation) throws -> RoutingDecision?
    {
        let start = WallClock.epochSeconds()
        let mail = record.mail
        guard mail.isReceived, !mail.isSetupNotification else {
            invocation.logger.info(
                "the notification is no mail", metadata: ["outcome": "ignored"])
            return nil
        }
        let trace = record.traceHeader ?? invocation.trace?.text
        do {
            let (outcome, isFallback) = try decide(mail, record, invocation)
            let decision = try RoutingDecision(
                originalMessageId: mail.mail.messageId,
                body: record.notification, traceHeader: trace, actions: outcome.actions
            ).limited()
            if decision.actions != outcome.actions {
                invocation.logger.warning(
                    "the rules' descriptions were left out: the decision has too many bytes",
                    metadata: ["messageId": "\(mail.mail.messageId)"])
            }
            report(
                mail, outcome, isFallback: isFallback, startSeconds: start,
                trace: record.traceHeader.map(TraceHeader.init) ?? invocation.trace, invocation)
            return decision
        } catch {
            reportFailure(error, of: mail, invocation)
            throw error
        }
    }

    private func decide(
        _ mail: ReceivedMail, _ record: InboundRecord, _ invocation: Invocation
    ) throws -> (outcome: RoutingPolicy.Outcome, isFallback: Bool) {
        let recipients = mail.recipients
        let target = canary?.target(of: mail)
        if let quarantine = quarantine(of: mail, isCanary: target != nil),
            !isTest(mail, invocation)
        {
            let outcome = try RoutingPolicy.decide(
                recipients: recipients, rules: [], quarantine: quarantine)
            return (outcome, false)
        }
        do {
            let rules = try findRules(RoutingKey.distinctKeys(of: recipients))
            if let target {
                let actions = RoutingActions(forwardToGmail: [target])
                return (RoutingPolicy.Outcome(actions: actions), false)
            }
            return (try RoutingPolicy.decide(recipients: recipients, rules: rules), false)
        } catch let error as AWSError {
            // The queue gives a message three receives; only the last takes the fallback.
            guard record.receiveCount >= 3 else { throw error }
            invocation.logger.error(
                "the rules could not be read; the fallback decides",
                metadata: ["messageId": "\(mail.mail.messageId)", "reason": "\(error)"])
            let actions = try RoutingPolicy.fallback(
                recipients: recipients, action: target == nil ? lookupFailedAction : .store)
            return (RoutingPolicy.Outcome(actions: actions), true)
        }
    }

    /// Why the mail is stored for all; of the canary only a virus is a reason.
    private func quarantine(of mail: ReceivedMail, isCanary: Bool) -> RoutingReason? {
        let reason = mail.quarantineReason
        return isCanary && reason != .virus ? nil : reason
    }

    /// Whether the mail carries the integration test's token. A token that cannot be read passes
    /// nothing: the mail is kept in quarantine, and lost to nobody.
    private func isTest(_ mail: ReceivedMail, _ invocation: Invocation) -> Bool {
        guard let readTestToken, let given = mail.integrationTestToken else { return false }
        do {
            guard let expected = try readTestToken() else { return false }
            return ConstantTime.areEqual(given, expected.value)
        } catch {
            invocation.logger.warning(
                "the integration test's token could not be read", metadata: ["reason": "\(error)"])
            return false
        }
    }
}
