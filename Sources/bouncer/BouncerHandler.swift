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
        try Batch.answer(invocation, event: invocation.event) { record in
            let start = epochSeconds()
            var notice: Notice
            do {
                notice = try Notice(record)
            } catch {
                metrics.count([.bounceSendSuccess: 0, .bounceSendFailure: 1])
                throw error
            }
            do {
                if let reason = try suppressionReason(for: &notice) {
                    return report(notice, .suppressed(reason), startSeconds: start, invocation)
                }
                let outcome = try bounce(notice, until: invocation.deadlineMilliseconds, invocation)
                report(notice, outcome, startSeconds: start, invocation)
            } catch {
                report(notice, .failed(error), startSeconds: start, invocation)
                throw error
            }
        }
    }

    /// Claim, send once, complete.
    private func bounce(
        _ notice: Notice, until: Int64, _ invocation: Invocation
    ) throws(BounceError) -> Outcome {
        var granted: [RoutingTarget] = []
        var refusal: LedgerError?
        for target in notice.targets {
            do {
                if try ledger.claim(notice.key(target), until: until) == .granted {
                    granted.append(target)
                }
            } catch {
                refusal = error
            }
        }
        if !granted.isEmpty {
            try send(notice, about: granted, until: until, invocation)
        }
        if let refusal { throw .ledger(refusal) }
        return granted.isEmpty ? .alreadySent : .sent(recipients: granted.count)
    }

    private func send(
        _ notice: Notice, about targets: [RoutingTarget], until: Int64, _ invocation: Invocation
    ) throws(BounceError) {
        let report = DeliveryStatusNotification(
            mail: notice.mail, targets: targets, sender: policy.bounceSender,
            reportingMTA: reportingMTA, sentAtEpochSeconds: Int(epochSeconds()))
        do {
            _ = try sendReport(report.bytes, notice.mail.senderMailbox ?? "")
        } catch {
            // Where SES may have taken the report, the claims stay until they run out.
            if !error.isOutcomeUnknown { release(targets, of: notice, until: until, invocation) }
            throw .notSent(error)
        }
        var failure: LedgerError?
        for target in targets {
            do { try ledger.complete(notice.key(target)) } catch { failure = error }
        }
        if let failure { throw .ledger(failure) }
    }

    /// A claim that stays only delays the next try until it runs out.
    private func release(
        _ targets: [RoutingTarget], of notice: Notice, until: Int64, _ invocation: Invocation
    ) {
        for target in targets {
            do {
                try ledger.release(notice.key(target), until: until)
            } catch {
                warnOfKeptClaim(error, invocation)
            }
        }
    }
}

/// Why was no report sent, or not marked as sent?
enum BounceError: Error, Equatable, CustomStringConvertible {
    case notSent(AWSError)
    case ledger(LedgerError)

    var description: String {
        switch self {
        case .notSent(let error): "the report was not sent: \(error)"
        case .ledger(let error): error.description
        }
    }
}

/// What one record asks for: a report on these recipients of this mail.
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
        guard let notification = try? JSONValue(parsing: Array(decision.body.utf8)) else {
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
