internal import AWS
internal import Mail
internal import Text

/// A stored mail to an address for reports, and the reports in it.
struct ReportMail: Sendable {
    let messageID: String
    /// The domains of the addresses that it came for.
    let recipientDomains: [DNSName]
    let content: ReportContent
}

extension ReportMail {
    /// Reads the mail; nil where it is gone, or came for another address.
    /// - Parameter recipients: those of the routing log; empty where it does not name them.
    init?(
        _ object: S3.Object, of kinds: [ReportKind], for recipients: [String],
        in bucket: MailBucket
    ) throws(AWSError) {
        var recipients = recipients
        if recipients.isEmpty {
            guard let mail = try bucket.mail(object) else { return nil }
            recipients =
                mail.receivedFor.map { [$0] } ?? mail.headers.addresses(in: "To").map(\.text)
        }
        let found = kinds.map { ($0, $0.domains(of: recipients)) }.filter { !$0.1.isEmpty }
        guard !found.isEmpty,
            let content = try ReportContent(object, as: found.map(\.0), in: bucket)
        else { return nil }
        messageID = object.messageID
        recipientDomains = found.flatMap(\.1)
        self.content = content
    }
}

extension ReportContent {
    /// Nil where the mail is gone.
    fileprivate init?(
        _ object: S3.Object, as kinds: [ReportKind], in bucket: MailBucket
    ) throws(AWSError) {
        guard object.byteCount <= ReportLimits.mailBytes else {
            self.init(refused: "the mail is larger than \(ReportLimits.mailBytes >> 20) MB")
            return
        }
        let bytes = try bucket.storage.getBeginning(
            bucket: bucket.name, key: object.key, byteCount: ReportLimits.mailBytes,
            timeoutSeconds: 60)
        guard let bytes else { return nil }
        let stored = StoredMail(object, bucket: bucket.name, beginning: bytes)
        let failed = stored.shownVerdicts.filter(\.isFailed).map(\.name)
        if failed.contains("virus") {
            self.init(refused: "SES found a virus in the mail")
        } else if failed.contains("dmarc") {
            self.init(refused: "the mail failed DMARC, so its sender may be forged")
        } else {
            self.init(bytes, as: kinds)
        }
    }
}

extension ReportKind {
    /// The domains of the addresses for reports of this kind, with a tag or without.
    func domains(of recipients: [String]) -> [DNSName] {
        recipients.compactMap { recipient in
            guard let address = EmailAddress(recipient) else { return nil }
            let local = (address.withoutTag ?? address).local
            return local.hasSameBytes(as: mailbox) ? DNSName(address.domain) : nil
        }
    }
}

/// The stored mails to the addresses for reports, oldest first.
struct ReportSearch {
    let bucket: MailBucket
    let kinds: [ReportKind]
    let since: Since

    /// So many are held at once, since each may unpack to `ReportLimits.unpackedBytes`.
    private static let chunk = 16

    func run(take: (ReportMail) -> Void) throws {
        let objects = Array(try bucket.objects(since: since).reversed())
        guard let oldest = objects.first else { return }
        Output.progress("reading the routing log …")
        let decisions = try RoutingLog(bucket.deployment).decisions(
            of: Set(objects.map(\.messageID)), in: oldest.logRange)
        let recipients = decisions.mapValues { lines in
            lines.flatMap { $0.targets ?? [] }.map(\.recipient).uniqued
        }
        let candidates = objects.filter { object in
            let known = recipients[object.messageID] ?? []
            return known.isEmpty || self.kinds.contains { !$0.domains(of: known).isEmpty }
        }
        let kinds = kinds
        try bucket.forEach(candidates, chunk: Self.chunk) {
            bucket, object throws(AWSError) in
            try ReportMail(
                object, of: kinds, for: recipients[object.messageID] ?? [], in: bucket)
        } take: { mails in
            for mail in mails.compactMap(\.self) { take(mail) }
            return true
        }
    }
}
