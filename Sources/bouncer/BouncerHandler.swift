internal import AWS
internal import JSON
internal import Lambda
internal import Ledger
internal import Mail

/// Sends, for each mail of a batch, at most one report to its sender, on all the recipients that it
/// could claim.
struct BouncerHandler {
    let policy: BouncePolicy
    /// Nil where the bucket is not known.
    let storedHeader: StoredHeader?
    /// The host that took the mail in.
    let reportingMTA: String
    /// `test` or `prod`, for traces.
    let environmentName: String
    let ledger: Ledger
    /// Sends a report to an address and answers SES's id for it.
    let sendReport: (_ report: [UInt8], _ recipient: String) throws(AWSError) -> String
    let epochSeconds: () -> Double
    let metrics: Metrics
    let tracer: Tracer

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        try Batch.answer(invocation) { record in
            let start = epochSeconds()
            var notice: Notice
            do throws(BadEvent) {
                notice = try Notice(record)
            } catch {
                reportUnread(record, error, invocation)
                return false
            }
            do throws(AWSError) {
                if let reason = try suppressionReason(for: &notice) {
                    report(notice, .suppressed(reason), startSeconds: start, invocation)
                    return true
                }
            } catch {
                report(notice, .unread(error), startSeconds: start, invocation)
                return false
            }
            return bounce(notice, startSeconds: start, invocation)
        }
    }

    /// Claims, sends once and completes; whether all of it succeeded.
    private func bounce(
        _ notice: Notice, startSeconds: Double, _ invocation: Invocation
    ) -> Bool {
        let claimant = Claimant(until: invocation.deadlineMilliseconds)
        var granted: [RoutingTarget] = []
        var refusal: LedgerError?
        for target in notice.targets {
            do {
                if try ledger.claim(notice.key(target), for: claimant) == .granted {
                    granted.append(target)
                }
            } catch {
                refusal = error
            }
        }
        if let refusal {
            report(notice, .notClaimed(refusal), startSeconds: startSeconds, invocation)
        } else if granted.isEmpty {
            report(notice, .alreadySent, startSeconds: startSeconds, invocation)
        }
        let isSent =
            granted.isEmpty
            || send(notice, about: granted, for: claimant, startSeconds: startSeconds, invocation)
        return isSent && refusal == nil
    }

    private func send(
        _ notice: Notice, about targets: [RoutingTarget], for claimant: Claimant,
        startSeconds: Double, _ invocation: Invocation
    ) -> Bool {
        let message = DeliveryStatusNotification(
            mail: notice.mail, targets: targets, sender: policy.bounceSender,
            reportingMTA: reportingMTA, sentAtEpochSeconds: Int(epochSeconds()))
        do {
            _ = try sendReport(message.bytes, notice.mail.senderMailbox ?? "")
        } catch {
            report(notice, .notSent(error), startSeconds: startSeconds, invocation)
            return false
        }
        report(
            notice, .sent(recipients: targets.count), startSeconds: startSeconds, invocation)
        var failure: LedgerError?
        for target in targets {
            do {
                try ledger.complete(notice.key(target), by: claimant)
            } catch {
                failure = error
            }
        }
        if let failure {
            report(notice, .unrecorded(failure), startSeconds: startSeconds, invocation)
        }
        return failure == nil
    }
}

/// The mail and the recipients that one record asks for a report on.
struct Notice {
    let decision: RoutingDecision
    var mail: ReceivedMail
    let targets: [RoutingTarget]

    /// - Throws: `BadEvent` where the record is no routing decision or has nothing to bounce: a
    ///   success would delete it.
    init(_ record: SQSRecord) throws(BadEvent) {
        guard let body = record.body else { throw BadEvent("a record without a body") }
        let detail = try EventBridgeEvent.detail(of: body)
        do {
            decision = try RoutingDecision(detail)
        } catch {
            throw BadEvent("a detail that is no routing decision: \(error)")
        }
        targets = decision.actions.bounce
        guard !targets.isEmpty else { throw BadEvent("there is no target to bounce") }
        // `try?`: the reason could only tell where in a stranger's text it is.
        guard let notification = try? JSONValue(parsing: decision.body) else {
            throw BadEvent("a detail whose body is no JSON")
        }
        do {
            mail = try ReceivedMail(notification)
        } catch {
            throw BadEvent("a detail whose body is no SES notification: \(error)")
        }
    }

    func key(_ target: RoutingTarget) -> LedgerKey {
        .bounce(originalMessageId: decision.originalMessageId, recipient: target.target)
    }
}
