internal import AWS
internal import JSON

/// Which stored mails are to be routed again, and for whom?
struct Replay {
    /// One mail that can be.
    struct Item {
        let mail: StoredMail
        let recipients: [String]
        let isRejectedByDMARC: Bool
    }

    /// One that cannot, and why.
    struct Problem: Equatable {
        let messageID: String
        let reason: String
    }

    let deployment: Deployment
    let bucket: String
    /// Instead of those in the log; empty: those in the log.
    let recipients: [String]
    private let storage: BucketService

    /// The bus's log is kept for 30 days.
    private static var logBeginning: Int { (Clock.epochSeconds() - 30 * 86_400) * 1000 }

    init(_ deployment: Deployment, recipients: [String]) throws(AWSError) {
        self.deployment = deployment
        self.recipients = recipients
        bucket = try deployment.bucketName()
        storage = BucketService(deployment.session, bucket: bucket)
    }

    /// The mails that came since then and are still stored, oldest first.
    func messageIDs(since: Since) throws(AWSError) -> [String] {
        let earliest = Clock.text(since.epochSeconds)
        // The same form up to the seconds: the text's order is that of time.
        return try storage.objects(prefix: StoredMail.prefix)
            .filter { $0.lastModified >= earliest.dropLast() }
            .sorted { ($0.lastModified, $0.key) < ($1.lastModified, $1.key) }
            .map { String($0.key.dropFirst(StoredMail.prefix.count)) }
            .filter { $0 != "AMAZON_SES_SETUP_NOTIFICATION" }
    }

    /// - Parameter since: where all mails since then are asked for, their lines are read at once.
    func plan(_ messageIDs: [String], since: Since? = nil) throws
        -> (items: [Item], problems: [Problem])
    {
        let log = RoutingLog(deployment)
        // A mail is stored before it is decided on.
        let lines = try since.map {
            try log.decisions(sinceMilliseconds: $0.epochSeconds * 1000)
        }
        var (items, problems): ([Item], [Problem]) = ([], [])
        for messageID in messageIDs {
            let key = StoredMail.key(of: messageID)
            guard let object = try storage.object(key) else {
                problems.append(
                    Problem(
                        messageID: messageID,
                        reason: "it is not stored: imported, or older than the retention; see: "
                            + "ses-mail trace \(messageID)"))
                continue
            }
            let decisions =
                try lines.map { $0[messageID] ?? [] }
                ?? log.decisions(of: messageID, sinceMilliseconds: Replay.logBeginning)
            guard let recipients = recipients(by: decisions) else {
                problems.append(
                    Problem(
                        messageID: messageID,
                        reason: "the routing log does not tell for whom it is; say it with --to"))
                continue
            }
            let beginning =
                object.byteCount == 0
                ? []
                : try storage.beginning(of: key, byteCount: StoredMail.headerBytes)
            items.append(
                Item(
                    mail: StoredMail(object, bucket: bucket, beginning: beginning),
                    recipients: recipients,
                    isRejectedByDMARC: decisions.contains(where: \.isRejectedByDMARC)))
        }
        return (items, problems)
    }

    /// For whom the mail was when it came: all that its decisions name, each once; nil where they
    /// do not tell.
    private func recipients(by decisions: [RoutingLogLine]) -> [String]? {
        if !recipients.isEmpty { return recipients }
        // Half of the recipients would be a mail lost for the others.
        guard !decisions.isEmpty, decisions.allSatisfy({ $0.targets != nil }) else { return nil }
        return decisions.flatMap { $0.targets ?? [] }.map(\.recipient).uniqued
    }

    /// Puts the notifications into the pipe's queue.
    func send(_ items: [Item], despiteVerdicts: Bool) throws {
        let sqs = SQS(deployment.session)
        let queue = try sqs.queue(QueueChoice.input.name(in: deployment.name))
        for (index, item) in items.enumerated() {
            let verdicts = despiteVerdicts ? [] : item.verdicts
            let text = item.mail.notification(for: item.recipients, verdicts: verdicts)
            do {
                try sqs.send(String(decoding: text, as: UTF8.self), to: queue.url)
            } catch {
                guard index > 0 else { throw Failure(error, in: deployment) }
                throw Failure(error, in: deployment, "After \(index.counted("mail"))")
            }
        }
    }
}

extension Replay.Item {
    /// What the mail's header has of them; that DMARC said "reject" is only in the log.
    fileprivate var verdicts: [JSONValue.Member] {
        guard isRejectedByDMARC else { return mail.verdicts }
        return mail.verdicts.filter { $0.name != "dmarcVerdict" } + [
            .init("dmarcVerdict", ["status": "FAIL"]), .init("dmarcPolicy", "reject"),
        ]
    }
}
