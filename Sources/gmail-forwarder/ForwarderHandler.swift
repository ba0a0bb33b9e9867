internal import AWS
internal import Gmail
internal import Lambda
internal import Ledger
internal import Logging
internal import Mail

/// Imports each mail of a batch into its mailboxes, and deletes it when nobody needs it any more.
struct ForwarderHandler {
    let bucket: String
    let ledger: Ledger
    /// Writes the stored mail into an open file.
    let fetchMail: (MailObject, Int32) throws -> Void
    /// Puts the mail into the mailbox and answers Gmail's id for it.
    let importMail: (GmailAPI.Mail, Mailbox) throws -> String
    let deleteMail: (MailObject) throws -> Void
    let metrics: Metrics
    let tracer: Tracer

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        try Batch.answer(invocation) { record in
            let delivery: Delivery
            do throws(BadEvent) {
                delivery = try Delivery(record, bucket: bucket)
            } catch {
                reportUnread(record, error, invocation)
                return false
            }
            return forward(delivery, invocation)
        }
    }

    /// Claims, fetches once, imports each and deletes; whether all of it succeeded.
    private func forward(_ delivery: Delivery, _ invocation: Invocation) -> Bool {
        let claimant = Claimant(until: invocation.deadlineMilliseconds)
        let claims = delivery.imports.map { claim($0, of: delivery, for: claimant, invocation) }
        let granted = zip(delivery.imports, claims).filter { $0.1 == .granted }.map(\.0)
        let isImported =
            granted.isEmpty || importAll(granted, of: delivery, for: claimant, invocation)
        guard isImported, !claims.contains(nil) else { return false }
        // What Gmail refused has no other copy.
        guard delivery.isOnlyForwarded, !claims.contains(.refused) else { return true }
        do {
            try deleteMail(delivery.object)
            return true
        } catch {
            reportFailure("the stored mail was not deleted", error, of: delivery, invocation)
            return false
        }
    }

    /// nil where the claim failed, which has been reported then.
    private func claim(
        _ item: Delivery.Import, of delivery: Delivery, for claimant: Claimant,
        _ invocation: Invocation
    ) -> Ledger.Claim? {
        do {
            let claim = try ledger.claim(delivery.key(item), for: claimant)
            switch claim {
            case .granted: break
            case .done: report(item, delivery, .alreadyImported, invocation)
            case .refused: report(item, delivery, .alreadyRefused, invocation)
            }
            return claim
        } catch {
            report(item, delivery, .failed(error), invocation)
            return nil
        }
    }

    /// Whether every import succeeded and was recorded.
    private func importAll(
        _ items: [Delivery.Import], of delivery: Delivery, for claimant: Claimant,
        _ invocation: Invocation
    ) -> Bool {
        let mail: SpooledMail
        do {
            mail = try spool(delivery)
        } catch {
            reportFailure("the stored mail was not fetched", error, of: delivery, invocation)
            return false
        }
        let source = GmailAPI.Mail(
            header: mail.missingHeader, descriptor: mail.descriptor, fileCount: mail.count)
        var isImported = true
        for item in items where !importOne(item, source, of: delivery, for: claimant, invocation) {
            isImported = false
        }
        return isImported
    }

    private func spool(_ delivery: Delivery) throws -> SpooledMail {
        var mail = try SpooledMail()
        try fetchMail(delivery.object, mail.descriptor)
        try mail.inspect(originalMessageId: delivery.decision.originalMessageId)
        return mail
    }

    private func importOne(
        _ item: Delivery.Import, _ mail: GmailAPI.Mail, of delivery: Delivery,
        for claimant: Claimant, _ invocation: Invocation
    ) -> Bool {
        let start = WallClock.epochSeconds()
        do {
            let id = try importMail(mail, item.mailbox)
            report(item, delivery, .imported(id: id, startSeconds: start), invocation)
        } catch {
            report(item, delivery, .failed(error), invocation)
            return false
        }
        do {
            try ledger.complete(delivery.key(item), by: claimant)
            return true
        } catch {
            report(item, delivery, .unrecorded(error), invocation)
            return false
        }
    }
}
