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
        let imports =
            granted.isEmpty ? [] : importAll(granted, of: delivery, for: claimant, invocation)
        let states = claims.filter { $0 != .granted } + imports
        guard !states.contains(nil) else { return false }
        // What Gmail refused has no other copy.
        guard delivery.isOnlyForwarded, !states.contains(.refused) else { return true }
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

    /// What is recorded of each import: done or refused, nil where it failed.
    private func importAll(
        _ items: [Delivery.Import], of delivery: Delivery, for claimant: Claimant,
        _ invocation: Invocation
    ) -> [Ledger.Claim?] {
        let mail: SpooledMail
        do {
            mail = try spool(delivery)
        } catch {
            reportFailure("the stored mail was not fetched", error, of: delivery, invocation)
            return [nil]
        }
        let source = GmailAPI.Mail(
            header: mail.missingHeader, descriptor: mail.descriptor, fileCount: mail.count)
        return items.map { importOne($0, source, of: delivery, for: claimant, invocation) }
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
    ) -> Ledger.Claim? {
        let start = WallClock.epochSeconds()
        var mail = mail
        if let labels = item.target.labelIDs { mail.labelIDs = labels }
        do {
            let id = try importMail(mail, item.mailbox)
            report(item, delivery, .imported(id: id, startSeconds: start), invocation)
        } catch let error as GmailError where item.target.isCanary && error.isRefusalOfMail {
            // Nobody misses it, and in the dead-letter queue it would ring for two weeks.
            report(item, delivery, .canaryRefused(error), invocation)
            return record(.refused, item, delivery, invocation) { key throws(LedgerError) in
                try ledger.refuse(key, by: claimant)
            }
        } catch {
            report(item, delivery, .failed(error), invocation)
            return nil
        }
        return record(.done, item, delivery, invocation) { key throws(LedgerError) in
            try ledger.complete(key, by: claimant)
        }
    }

    /// The state of the import, once the ledger has it; nil where that failed.
    private func record(
        _ state: Ledger.Claim, _ item: Delivery.Import, _ delivery: Delivery,
        _ invocation: Invocation,
        _ write: (LedgerKey) throws(LedgerError) -> Void
    ) -> Ledger.Claim? {
        do {
            try write(delivery.key(item))
            return state
        } catch {
            report(item, delivery, .unrecorded(error), invocation)
            return nil
        }
    }
}
