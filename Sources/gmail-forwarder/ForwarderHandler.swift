internal import AWS
internal import Gmail
internal import Lambda
internal import Ledger
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
        try Batch.answer(invocation, event: invocation.event) { record in
            var delivery: Delivery?
            do {
                let read = try Delivery(record, bucket: bucket)
                delivery = read
                try forward(read, invocation)
            } catch let failures as ImportFailures {
                throw failures.first
            } catch {
                reportFailure(error, of: delivery, invocation)
                throw error
            }
        }
    }

    /// Claim, fetch once, import each, delete.
    private func forward(_ delivery: Delivery, _ invocation: Invocation) throws {
        let until = invocation.deadlineMilliseconds
        var failures: [any Error] = []
        var granted: [Delivery.Import] = []
        for item in delivery.imports {
            do {
                switch try ledger.claim(key(item, delivery), until: until) {
                case .granted: granted.append(item)
                case .done: report(item, delivery, .alreadyImported, invocation)
                }
            } catch {
                report(item, delivery, .failed(error), invocation)
                failures.append(error)
            }
        }
        if !granted.isEmpty {
            failures += try importAll(granted, of: delivery, until: until, invocation)
        }
        if let first = failures.first { throw ImportFailures(first: first) }
        if delivery.isOnlyForwarded { try deleteMail(delivery.object) }
    }

    /// What went wrong, import by import.
    private func importAll(
        _ items: [Delivery.Import], of delivery: Delivery, until: Int64, _ invocation: Invocation
    ) throws -> [any Error] {
        let mail: SpooledMail
        do {
            mail = try spool(delivery)
        } catch {
            for item in items { release(key(item, delivery), until: until, invocation) }
            throw error
        }
        let source = GmailAPI.Mail(
            header: mail.missingHeader, descriptor: mail.descriptor, fileCount: mail.count)
        var failures: [any Error] = []
        for item in items {
            do {
                try importOne(item, source, delivery, until: until, invocation)
            } catch {
                report(item, delivery, .failed(error), invocation)
                failures.append(error)
            }
        }
        return failures
    }

    private func spool(_ delivery: Delivery) throws -> SpooledMail {
        var mail = try SpooledMail()
        try fetchMail(delivery.object, mail.descriptor)
        try mail.inspect(originalMessageId: delivery.decision.originalMessageId)
        return mail
    }

    private func importOne(
        _ item: Delivery.Import, _ mail: GmailAPI.Mail, _ delivery: Delivery, until: Int64,
        _ invocation: Invocation
    ) throws {
        let start = WallClock.epochSeconds()
        let key = key(item, delivery)
        let id: String
        do {
            id = try importMail(mail, item.mailbox)
        } catch {
            // Where Gmail may have taken the mail, the claim stays until it runs out.
            let isUnknown = (error as? GmailError)?.isOutcomeUnknown ?? false
            if !isUnknown { release(key, until: until, invocation) }
            throw error
        }
        try ledger.complete(key)
        report(item, delivery, .imported(id: id, startSeconds: start), invocation)
    }

    private func key(_ item: Delivery.Import, _ delivery: Delivery) -> LedgerKey {
        .gmail(originalMessageId: delivery.decision.originalMessageId, mailbox: item.mailbox)
    }

    /// A claim that stays only delays the next try until it runs out.
    private func release(_ key: LedgerKey, until: Int64, _ invocation: Invocation) {
        do {
            try ledger.release(key, until: until)
        } catch {
            warnOfKeptClaim(error, invocation)
        }
    }
}

/// At least one import of a record failed; each has been told of.
private struct ImportFailures: Error {
    let first: any Error
}
