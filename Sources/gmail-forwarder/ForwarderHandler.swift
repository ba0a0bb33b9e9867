internal import Delivery
internal import Gmail
internal import Lambda
internal import Mail

/// Imports each mail of a batch into its mailboxes, and deletes it when nobody needs it any more.
struct ForwarderHandler {
    let bucket: String
    let ledger: Ledger
    /// Writes the stored mail into an open file.
    let fetchMail: (StoredMail, Int32) throws -> Void
    /// Imports the mail into the mailbox and returns Gmail's id for it.
    let importMail: (GmailAPI.Mail, Mailbox) throws -> String
    let deleteMail: (StoredMail) throws -> Void
    let epochSeconds: () -> Double
    let reporter: OutcomeReporter

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        try Batch.answer(invocation) { record in
            do throws(BadEvent) {
                return forward(try ForwardRequest(record, bucket: bucket), invocation)
            } catch {
                reporter.reportUnread(
                    record, error, counting: Self.failureCounts, to: invocation.logger)
                return false
            }
        }
    }

    /// The state in which a delivery leaves an import.
    enum Ending {
        /// The mailbox has the mail.
        case done
        /// Gmail never takes the mail.
        case refused
        /// The queue must deliver again.
        case failed
    }

    /// Claims the imports, fetches the mail once, imports it into each mailbox and deletes it.
    /// - Returns: whether all of it succeeded.
    private func forward(_ request: ForwardRequest, _ invocation: Invocation) -> Bool {
        let claims = Claims(
            on: request.imports, in: ledger, until: invocation.deadlineMilliseconds,
            key: request.key)
        var endings: [Ending] = []
        for (item, answer) in claims.answers {
            switch answer {
            case .success(.granted): continue
            case .success(.done):
                report(item, of: request, .alreadyImported, invocation)
                endings.append(.done)
            case .success(.refused):
                report(item, of: request, .alreadyRefused, invocation)
                endings.append(.refused)
            case .failure(let error):
                report(item, of: request, .failed(error), invocation)
                endings.append(.failed)
            }
        }
        if !claims.granted.isEmpty {
            endings += importAll(claims, of: request, invocation)
        }
        guard !endings.contains(.failed) else { return false }
        // Of a mail that Gmail refused this is the only copy.
        guard request.isOnlyForwarded, !endings.contains(.refused) else { return true }
        do {
            try deleteMail(request.storedMail)
            return true
        } catch {
            reportFailure("the stored mail was not deleted", error, of: request, invocation)
            return false
        }
    }

    /// Fetches the mail and imports it into each mailbox whose claim was granted.
    private func importAll(
        _ claims: Claims<ForwardRequest.Import>, of request: ForwardRequest,
        _ invocation: Invocation
    ) -> [Ending] {
        let mail: SpooledMail
        do {
            mail = try spool(request)
        } catch {
            reportFailure("the stored mail was not fetched", error, of: request, invocation)
            return [.failed]
        }
        let (asReceived, asJunk) = (mail.asReceived, mail.asJunk)
        return claims.granted.map { item in
            guard let mail = item.target.isJunk ? asJunk : asReceived else {
                return refuse(
                    item, TooManyMessageIDs(), byteCount: asReceived.fileCount, claims, of: request,
                    invocation)
            }
            return importOne(item, mail, claims, of: request, invocation)
        }
    }

    private func spool(_ request: ForwardRequest) throws -> SpooledMail {
        var mail = try SpooledMail(originalMessageId: request.decision.originalMessageId)
        try fetchMail(request.storedMail, mail.descriptor)
        try mail.inspect(isJunk: request.imports.contains { $0.target.isJunk })
        return mail
    }

    private func importOne(
        _ item: ForwardRequest.Import, _ mail: GmailAPI.Mail,
        _ claims: Claims<ForwardRequest.Import>, of request: ForwardRequest,
        _ invocation: Invocation
    ) -> Ending {
        let start = epochSeconds()
        var mail = mail
        mail.labelIDs = item.target.labelIDsInGmail
        mail.neverMarkSpam = item.target.isNeverSpam && !item.target.isJunk
        mail.processForCalendar = item.target.isForCalendar && !item.target.isJunk
        do {
            let id = try importLabelled(mail, item, of: request, invocation)
            report(item, of: request, .imported(id: id, startSeconds: start), invocation)
        } catch let error as GmailError
            where error.isRefusalOfMail || item.target.isJunk && error.isRefusalForGood
        {
            return refuse(item, error, byteCount: mail.fileCount, claims, of: request, invocation)
        } catch {
            report(item, of: request, .failed(error), invocation)
            return .failed
        }
        do {
            try claims.complete(item)
            return .done
        } catch {
            report(item, of: request, .unrecorded(error), invocation)
            return .failed
        }
    }

    /// Imports the mail. If Gmail refuses it with the account's own labels, of which one may be
    /// gone, imports it once more without them.
    private func importLabelled(
        _ mail: GmailAPI.Mail, _ item: ForwardRequest.Import, of request: ForwardRequest,
        _ invocation: Invocation
    ) throws -> String {
        do {
            return try importMail(mail, item.mailbox)
        } catch let error as GmailError where error.isBadRequest && mail.hasOwnLabels {
            reportLabels(item, error, of: request, invocation)
            return try importMail(mail.withoutOwnLabels, item.mailbox)
        }
    }
}
