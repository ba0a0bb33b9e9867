internal import AWS
internal import JSON
internal import Mail

/// A stored mail, and the reason why it is stored.
struct HeldMail: Equatable {
    let stored: StoredMail
    let holding: Holding

    static var columns: Columns<HeldMail> {
        [
            Column("ID", "message_id", \.stored.messageID),
            Column("RECEIVED", "received_at", \.stored.object.lastModified) {
                Clock.text($0.stored.object.modifiedAt ?? 0)
            },
            Column("FROM", "from", \.from) { ($0.from ?? "").shortened(to: 36) },
            Column("TO", "recipients", \.holding.recipients) {
                $0.holding.recipients.joined(separator: ", ").shortened(to: 36)
            },
            Column("SUBJECT", "subject", \.subject) { ($0.subject ?? "").shortened(to: 48) },
            Column("BYTES", "size", \.stored.object.byteCount),
            Column("STATE", "states", { $0.holding.kinds.map(\.rawValue) }) {
                $0.holding.states.joined(separator: ", ")
            },
            .data("is_released", \.holding.isReleased),
            Column("REASON", "reasons", \.holding.reasons) {
                $0.holding.reasons.joined(separator: ", ").shortened(to: 60)
            },
            .data("reason_from", \.holding.source.rawValue),
            Column("VERDICTS", "verdicts", { $0.verdicts }) { mail in
                mail.stored.shownVerdicts.filter(\.isNotable).map { "\($0.name) \($0.status)" }
                    .joined(separator: ", ")
            },
        ]
    }

    private var from: String? { stored.headers["From"].map(EncodedWord.decoded) }
    private var subject: String? { stored.headers["Subject"].map(EncodedWord.decoded) }
    private var verdicts: [String] { stored.shownVerdicts.map { "\($0.name)=\($0.status)" } }
}

/// The stored mail that a filter chooses, newest first.
struct HeldMailSearch {
    let bucket: MailBucket
    let filter: MailFilter

    /// - Parameter take: receives some of the mail, and answers whether to go on.
    func run(take: ([HeldMail]) throws -> Bool) throws {
        var objects = try bucket.objects(since: filter.since)
        if let limit = filter.limit, filter.isEmpty { objects = Array(objects.prefix(limit)) }
        guard let oldest = objects.last else { return }
        Output.progress("reading the routing log …")
        let decisions = try RoutingLog(bucket.deployment).decisions(
            of: Set(objects.map(\.messageID)), in: oldest.logRange)
        objects = objects.filter { filter.mayMatch(decisions[$0.messageID] ?? []) }
        var left = filter.limit ?? .max
        try bucket.forEach(objects) { bucket, object throws(AWSError) in
            try HeldMailSearch.mail(object, decisions[object.messageID] ?? [], in: bucket)
        } take: { found in
            // One that was deleted meanwhile is no more asked for.
            let wanted = found.compactMap(\.self).filter(filter.matches).prefix(left)
            left -= wanted.count
            return try take(Array(wanted)) && left > 0
        }
    }

    private static func mail(
        _ object: S3.Object, _ decisions: [RoutingLogLine], in bucket: MailBucket
    ) throws(AWSError) -> HeldMail? {
        guard let stored = try bucket.mail(object) else { return nil }
        let rows = Holding.needsLedger(decisions) ? try bucket.ledger(of: object.messageID) : []
        return HeldMail(stored: stored, holding: Holding(stored, decisions, rows: rows))
    }
}

extension S3.Object {
    var messageID: String { StoredMail.messageID(ofKey: key) }

    /// The time in which the functions logged something about the mail.
    var logRange: TimeRange {
        // The bus's log is kept for 30 days.
        TimeRange(ofMailStoredAt: modifiedAt ?? Clock.epochSeconds() - 30 * 86_400)
    }
}
