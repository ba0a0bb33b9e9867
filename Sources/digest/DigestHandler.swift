internal import AWS
internal import Delivery
internal import Gmail
internal import JSON
internal import Lambda
internal import Logging
internal import Mail
internal import Mailboxes
internal import Text

/// Imports a digest where there is something to look at, once a day.
struct DigestHandler {
    let settings: DigestSettings
    let ledger: Ledger
    let sources: DigestSources
    /// Imports the digest and returns Gmail's id for it.
    let importMail: (GmailAPI.Mail) throws -> String
    let epochSeconds: () -> Double
    let metrics: Metrics

    /// The outcome of one call of the schedule.
    enum Outcome: String {
        case imported
        /// There is nothing to look at.
        case empty
        /// The mailbox has the digest of this day.
        case alreadyImported = "already-imported"
    }

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        let edition = try edition(of: invocation.event)
        let findings = try sources.findings(settings, edition)
        let found = findings.counts.joined(separator: ", ")
        let outcome = try tell(findings, edition, invocation)
        invocation.logger.info(
            "the digest is done", metadata: ["outcome": "\(outcome.rawValue)", "found": "\(found)"])
        let answer: JSONValue = ["outcome": .string(outcome.rawValue), "found": .string(found)]
        return answer.bytes
    }

    /// The digest of the schedule's time; without one, as in an operator's trial, of now.
    private func edition(of event: [UInt8]) throws(BadEvent) -> DigestEdition {
        // The schedule sends JSON. Anything else was sent by a person.
        guard let event = try? JSONValue(parsing: event), event.members != nil else {
            throw BadEvent("it is no JSON object")
        }
        guard let text = event["time"] else { return settings.trial(at: Int(epochSeconds())) }
        guard let time = text.string.flatMap({ UTCTime(rfc3339: $0) }) else {
            throw BadEvent("its time is not written as 2025-01-18T06:00:00Z")
        }
        return settings.edition(at: time.epochSeconds)
    }

    /// Claims the day's digest, imports it and records that.
    private func tell(
        _ findings: DigestFindings, _ edition: DigestEdition, _ invocation: Invocation
    ) throws -> Outcome {
        guard !findings.isEmpty else { return .empty }
        let claimant = Claimant(until: invocation.deadlineMilliseconds)
        guard try ledger.claim(edition.ledgerKey, for: claimant) == .granted else {
            return .alreadyImported
        }
        let headers = sources.headers(of: findings.listedMails) { error in
            invocation.logger.warning(
                "the header of a stored mail was not read",
                metadata: ["reason": "\(RuntimeAPI.Failure(error).message)"])
        }
        let message = DigestMessage(
            findings, of: edition, headers: headers, sentAtEpochSeconds: Int(epochSeconds()))
        var mail = GmailAPI.Mail(message.bytes)
        mail.neverMarkSpam = true
        do {
            _ = try importMail(mail)
        } catch {
            metrics.countInvalidToken(error)
            throw error
        }
        try ledger.complete(edition.ledgerKey, by: claimant)
        return .imported
    }
}
