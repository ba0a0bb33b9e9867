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
    private let storage: ObjectListing

    /// The bus's log is kept so long.
    private static let logDays = 30

    init(_ deployment: Deployment, recipients: [String]) throws(AWSError) {
        self.deployment = deployment
        self.recipients = recipients
        bucket = "ses-mail-storage-\(try STS(deployment.session).account())-\(deployment.name)"
        storage = ObjectListing(deployment.session)
    }

    /// The mails that came since then and are still stored, oldest first.
    func messageIDs(since: Since) throws(AWSError) -> [String] {
        let earliest = Clock.text(since.epochSeconds)
        // The same form up to the seconds: the text's order is that of time.
        return try storage.objects(bucket: bucket, prefix: StoredMail.prefix)
            .filter { $0.lastModified >= earliest.dropLast() }
            .sorted { ($0.lastModified, $0.key) < ($1.lastModified, $1.key) }
            .map { String($0.key.dropFirst(StoredMail.prefix.count)) }
            .filter { $0 != "AMAZON_SES_SETUP_NOTIFICATION" }
    }

    func plan(_ messageIDs: [String]) throws -> (items: [Item], problems: [Problem]) {
        var (items, problems): ([Item], [Problem]) = ([], [])
        for messageID in messageIDs {
            let key = StoredMail.prefix + messageID
            guard let object = try storage.object(bucket: bucket, key: key) else {
                problems.append(
                    Problem(
                        messageID: messageID,
                        reason: "it is not stored: imported, or older than the retention; see: "
                            + "ses-mail trace \(messageID)"))
                continue
            }
            let decided = try decided(messageID)
            guard let recipients = decided.recipients else {
                problems.append(
                    Problem(
                        messageID: messageID,
                        reason: "the routing log does not tell for whom it is; say it with --to"))
                continue
            }
            let beginning =
                object.byteCount == 0
                ? []
                : try storage.beginning(
                    bucket: bucket, key: key, byteCount: StoredMail.headerBytes)
            items.append(
                Item(
                    mail: StoredMail(object, bucket: bucket, beginning: beginning),
                    recipients: recipients, isRejectedByDMARC: decided.isRejectedByDMARC))
        }
        return (items, problems)
    }

    /// For whom the mail was when it came: all that its decisions name, each once.
    private func decided(
        _ messageID: String
    ) throws(AWSError) -> (recipients: [String]?, isRejectedByDMARC: Bool) {
        let since = (Clock.epochSeconds() - Replay.logDays * 86_400) * 1000
        let lines = try RoutingLog(deployment).decisions(of: messageID, sinceMilliseconds: since)
        let isRejected = lines.contains(where: \.isRejectedByDMARC)
        if !recipients.isEmpty { return (recipients, isRejected) }
        var found: [String] = []
        for line in lines {
            // Half of the recipients would be a mail lost for the others.
            guard let targets = line.targets else { return (nil, isRejected) }
            for target in targets where !found.contains(target.recipient) {
                found.append(target.recipient)
            }
        }
        return (found.isEmpty ? nil : found, isRejected)
    }

    /// Puts the notifications into the pipe's queue.
    func send(_ items: [Item], despiteVerdicts: Bool) throws {
        let sqs = SQS(deployment.session)
        let queue = try sqs.queue(QueueChoice.input.name(in: deployment.name))
        for (index, item) in items.enumerated() {
            let verdicts = despiteVerdicts ? [] : item.verdicts
            let text = item.mail.notification(for: item.recipients, verdicts: verdicts).bytes
            do {
                try sqs.send(String(decoding: text, as: UTF8.self), to: queue.url)
            } catch {
                let failure = Failure(error, in: deployment)
                throw Failure(failure.status, "After \(index) mails: \(failure.sentence)")
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
