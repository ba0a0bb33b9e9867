internal import AWS
internal import HTTP
internal import Lambda
internal import Logging
internal import Mail
internal import Process

/// Returns a routing decision for each mail of an event: decode, read the rules, decide, answer.
struct RouterHandler {
    /// Returns every row that exists under these keys, or throws.
    let findRows: ([String]) throws -> [RoutingTable.Row]
    /// Reads the secret that lets a test message past its verdicts; nil outside the test
    /// environment.
    let readTestToken: (() throws -> Secret?)?
    /// The action for a mail whose rules cannot be read at the queue's last try.
    let lookupFailedAction: RoutingPolicy.LookupFailedAction
    let junkDelivery: JunkDelivery
    /// The mark of the deployment's own test message; nil if none is sent.
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

    /// The decision, or nil for a notification that is not about a mail.
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
            ).fittingTheBus()
            if decision.actions != outcome.actions {
                invocation.logger.warning(
                    "the rules' descriptions and labels were left out: the decision is too large",
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
        _ received: ReceivedMail, _ record: InboundRecord, _ invocation: Invocation
    ) throws -> (outcome: RoutingPolicy.Outcome, isFallback: Bool) {
        var mail = RoutedMail(received, junkDelivery: junkDelivery)
        if mail.hasVirus || mail.junkReason != nil, isTest(received, invocation) {
            mail = RoutedMail(received, junkDelivery: junkDelivery, isTrusted: true)
        }
        // A mail with a virus is stored, whatever the rules are.
        let keys = mail.hasVirus ? [] : RoutingTable.keys(for: mail, junkDelivery: junkDelivery)
        let target = canary?.target(of: received)
        do {
            let table = RoutingTable(try findRows(keys))
            // The table is read for the canary too, which is to show that mail can be routed.
            if let target, !mail.hasVirus {
                let actions = RoutingActions(forwardToGmail: [target])
                return (RoutingPolicy.Outcome(actions: actions), false)
            }
            var outcome = try RoutingPolicy.decide(mail, by: table, junkDelivery: junkDelivery)
            if target != nil { outcome.actions = outcome.actions.ofCanary }
            return (outcome, false)
        } catch let error as AWSError {
            // The queue gives a message three receives; only the last takes the fallback.
            guard record.receiveCount >= 3 else { throw error }
            invocation.logger.error(
                "the rules could not be read; the fallback decides",
                metadata: ["messageId": "\(received.mail.messageId)", "reason": "\(error)"])
            let actions = try RoutingPolicy.fallback(
                for: mail, action: target == nil ? lookupFailedAction : .store)
            return (
                RoutingPolicy.Outcome(actions: target == nil ? actions : actions.ofCanary), true
            )
        }
    }

    /// Whether the mail carries the integration test's token. If the token cannot be read, the mail
    /// is treated like any other: it is stored, and not lost.
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
