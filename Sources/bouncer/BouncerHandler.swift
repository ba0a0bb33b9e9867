internal import AWS
internal import Delivery
internal import Lambda
internal import Mail

/// Sends for each mail of a batch at most one report to its sender, about all recipients that were
/// claimed.
struct BouncerHandler {
    let policy: BouncePolicy
    /// The reader of stored headers; nil if the bucket is not known.
    let storedHeader: StoredHeader?
    /// The host that received the mail.
    let reportingMTA: String
    /// `test` or `prod`, for traces.
    let environmentName: String
    let ledger: Ledger
    /// Sends a report to an address and returns SES's id for it.
    let sendReport: (_ report: [UInt8], _ recipient: String) throws(AWSError) -> String
    let epochSeconds: () -> Double
    let reporter: OutcomeReporter

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        try Batch.answer(invocation) { record in
            let start = epochSeconds()
            do throws(BadEvent) {
                return bounce(try BounceRequest(record), startSeconds: start, invocation)
            } catch {
                reporter.reportUnread(
                    record, error, counting: Self.failureCounts, to: invocation.logger)
                return false
            }
        }
    }

    /// Reads the evidence, claims the recipients, sends one report and completes the claims.
    /// - Returns: whether all of it succeeded.
    private func bounce(
        _ request: BounceRequest, startSeconds: Double, _ invocation: Invocation
    ) -> Bool {
        let report = { (outcome: BounceOutcome) in
            self.report(outcome, of: request, startSeconds: startSeconds, invocation)
        }
        let evidence: Evidence
        do {
            evidence = try self.evidence(on: request.mail, request.decision)
        } catch {
            report(.unread(error))
            return false
        }
        if let reason = evidence.suppressionReason {
            report(.suppressed(reason))
            return true
        }
        let claims = Claims(
            on: request.targets, in: ledger, until: invocation.deadlineMilliseconds,
            key: request.key)
        if let failure = claims.failure {
            report(.notClaimed(failure))
        } else if claims.granted.isEmpty {
            report(.alreadySent)
        }
        let isSent = claims.granted.isEmpty || send(claims, about: evidence.mail, report)
        return isSent && claims.failure == nil
    }

    private func send(
        _ claims: Claims<RoutingTarget>, about mail: ReceivedMail, _ report: (BounceOutcome) -> Void
    ) -> Bool {
        let message = DeliveryStatusNotification(
            mail: mail, targets: claims.granted, sender: policy.bounceSender,
            reportingMTA: reportingMTA, sentAtEpochSeconds: Int(epochSeconds()))
        do {
            _ = try sendReport(message.bytes, mail.senderMailbox ?? "")
        } catch {
            report(.notSent(error))
            return false
        }
        report(.sent(recipients: claims.granted.count))
        var failure: LedgerError?
        for target in claims.granted {
            do {
                try claims.complete(target)
            } catch {
                failure = error
            }
        }
        if let failure { report(.unrecorded(failure)) }
        return failure == nil
    }
}
