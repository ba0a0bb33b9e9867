internal import AWS
internal import JSON
internal import Mail
internal import Process

/// The stored mails that are routed again, and for whom.
struct Replay {
    /// A mail that can be routed again.
    struct Item {
        let mail: StoredMail
        let recipients: [String]
        /// The recipients whom `--to` leaves out, and who keep the stored mail.
        let keepers: [String]
        /// Whether there may be recipients whom the routing log does not name.
        let isUnlogged: Bool
        /// Members of the receipt in the notification.
        let verdicts: [JSONValue.Member]
    }

    /// A mail that cannot be routed again, and the reason.
    struct Problem: Error, Equatable {
        let messageID: String
        let reason: String
        var status = Failure.Status.notFound
    }

    let deployment: Deployment
    let bucket: String
    /// These recipients in place of those in the log; none where the log decides.
    let recipients: [String]
    /// Whether the rules decide also about spam, viruses and forged mail.
    let despiteVerdicts: Bool
    private let storage: S3

    init(_ deployment: Deployment, recipients: [String], despiteVerdicts: Bool) throws(AWSError) {
        self.deployment = deployment
        self.recipients = recipients
        self.despiteVerdicts = despiteVerdicts
        bucket = try deployment.bucketName()
        storage = S3(deployment.session)
    }

    /// The mails that came since then and are still stored, oldest first.
    func messageIDs(since: Since) throws(AWSError) -> [String] {
        let earliest = Clock.text(since.epochSeconds)
        // The same form up to the seconds: the text's order is that of time.
        return try storage.objects(in: bucket, prefix: StoredMail.prefix)
            .filter {
                $0.lastModified >= earliest.dropLast() && !StoredMail.isSetupNotification($0.key)
            }
            .sorted { ($0.lastModified, $0.key) < ($1.lastModified, $1.key) }
            .map { StoredMail.messageID(ofKey: $0.key) }
    }

    /// The mails that nobody has decided on, oldest first.
    func unroutedMessageIDs() throws(AWSError) -> [String] {
        try UnroutedMail(deployment, bucket: bucket).objects()
            .map { StoredMail.messageID(ofKey: $0.key) }
    }

    /// - Parameter since: where all mails since then are replayed. Their decisions are read at
    ///   once: a mail is stored before the router decides.
    func plan(_ messageIDs: [String], since: Since? = nil) throws
        -> (items: [Item], problems: [Problem])
    {
        let log = RoutingLog(deployment)
        let lines = try since.map {
            try log.decisions(in: TimeRange(since: $0.epochSeconds))
        }
        var (items, problems): ([Item], [Problem]) = ([], [])
        for (index, messageID) in messageIDs.enumerated() {
            if messageIDs.count > 1 {
                Output.progress("looking at mail \(index + 1) of \(messageIDs.count) …")
            }
            let outcome = try item(messageID) { range in
                try lines.map { $0[messageID] ?? [] } ?? log.decisions(of: messageID, in: range)
            }
            switch outcome {
            case .success(let item): items.append(item)
            case .failure(let problem): problems.append(problem)
            }
        }
        return (items, problems)
    }

    private func item(
        _ messageID: String, decisions: (TimeRange) throws -> [RoutingLogLine]
    ) throws -> Result<Item, Problem> {
        func problem(_ reason: String) -> Result<Item, Problem> {
            .failure(Problem(messageID: messageID, reason: reason))
        }
        let key = StoredMail.key(of: messageID)
        let notStored = problem(
            "it is not stored: it was imported, or is older than the retention. See: "
                + deployment.command("trace \(messageID)"))
        guard let object = try storage.object(key, in: bucket) else { return notStored }
        // The bus's log is kept for 30 days.
        let storedAt = object.modifiedAt ?? Clock.epochSeconds() - 30 * 86_400
        // A release names the mailboxes that an operator chose, and no recipient by a rule.
        let decisions = try decisions(TimeRange(ofMailStoredAt: storedAt))
            .filter { !$0.isRelease }
        guard !decisions.contains(where: \.isCanary) else {
            return problem("it is the canary, which has no use later")
        }
        guard let recipients = recipients(by: decisions) else {
            return problem("the routing log does not name its recipients. Name them with --to")
        }
        let beginning = try storage.getBeginning(
            bucket: bucket, key: key, byteCount: StoredMail.headerBytes)
        guard let beginning else { return notStored }
        let mail = StoredMail(object, bucket: bucket, beginning: beginning)
        let verdicts = despiteVerdicts ? [] : mail.verdicts(after: decisions)
        let others = try StoredCopies(deployment).find(messageID, decisions, besides: recipients)
        if let loser = others.loser, try !mail.isQuarantined(by: verdicts) {
            let reason =
                "the stored copy is all that \(loser) has, and it would be deleted after this "
                + "import. Add --to \(loser)"
            return .failure(Problem(messageID: messageID, reason: reason, status: .refused))
        }
        return .success(
            Item(
                mail: mail, recipients: recipients, keepers: others.keepers,
                isUnlogged: decisions.isEmpty || decisions.contains { $0.targets == nil },
                verdicts: verdicts))
    }

    /// The recipients that the mail came for: all that its decisions name, each once; nil where
    /// they are not known.
    private func recipients(by decisions: [RoutingLogLine]) -> [String]? {
        if !recipients.isEmpty { return recipients }
        // With only some of the recipients, the mail would be lost for the others.
        guard !decisions.isEmpty, decisions.allSatisfy({ $0.targets != nil }) else { return nil }
        return decisions.flatMap { $0.targets ?? [] }.map(\.recipient).uniqued
    }

    /// Puts the notifications into the pipe's queue. Ctrl-C stops it after the mail at hand.
    /// - Parameter again: as in `Refusals.forget`.
    func send(_ items: [Item], again: Bool) throws {
        let sqs = SQS(deployment.session)
        let queue = try sqs.queue(QueueChoice.input.name(in: deployment.name))
        let refusals = Refusals(deployment.database)
        let interruption = Interruption()
        for (index, item) in items.enumerated() {
            if interruption.isAsked {
                throw Failure(
                    .failed,
                    "Stopped after \(index) of \(items.count.counted("mail")). Continue with the "
                        + "same command: nothing happens twice.")
            }
            let text = item.mail.notification(
                for: item.recipients + item.keepers, verdicts: item.verdicts)
            do {
                try refusals.forget(item.mail.messageID, again: again)
                try sqs.send(String(decoding: text, as: UTF8.self), to: queue.url)
            } catch {
                guard index > 0 else { throw Failure(error, in: deployment) }
                throw Failure(error, in: deployment, "After \(index.counted("mail"))")
            }
            if items.count > 1 {
                Output.progress("\(index + 1) of \(items.count) routed again …")
            }
        }
    }
}

extension StoredMail {
    /// The verdicts in the mail's header; only the log has the policy "reject" of DMARC.
    fileprivate func verdicts(after decisions: [RoutingLogLine]) -> [JSONValue.Member] {
        guard decisions.contains(where: \.isRejectedByDMARC) else { return verdicts }
        return verdicts.filter { $0.name != "dmarcVerdict" } + [
            .init("dmarcVerdict", ["status": "FAIL"]), .init("dmarcPolicy", "reject"),
        ]
    }

    /// Whether the router stores it for everyone.
    fileprivate func isQuarantined(by verdicts: [JSONValue.Member]) throws -> Bool {
        let text = notification(for: [], verdicts: verdicts)
        return try ReceivedMail(JSONValue(parsing: text)).quarantineReason != nil
    }
}
