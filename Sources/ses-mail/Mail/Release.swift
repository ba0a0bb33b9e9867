internal import AWS
internal import JSON
internal import Mail
internal import Text

/// The import of a stored mail into Gmail by an operator's decision. The forwarder makes it, with
/// its own token and the ledger: an event on the bus asks for it, and the stored copy stays.
struct Release {
    let mail: StoredMail
    /// All whom the mail is for, and the mailboxes without one of them.
    let recipients: [String]
    let targets: [ForwardTarget]

    var mailboxes: [String] { targets.map { Mailbox(destination: $0.destination).address }.uniqued }
    var hasVirus: Bool {
        mail.shownVerdicts.contains { $0.name == "virus" && $0.isFailed }
    }

    /// The decision that no rule made: each recipient keeps the stored copy.
    func event() throws -> RoutingEvent {
        let notification = mail.notification(for: recipients, verdicts: mail.verdicts)
        let decision = RoutingDecision(
            originalMessageId: mail.messageID, body: String(decoding: notification, as: UTF8.self),
            actions: RoutingActions(
                store: recipients.map { RoutingTarget(target: $0, reason: .keep) },
                forwardToGmail: targets))
        return try RoutingEvent(
            RoutingDecision.json(of: [try decision.fittingTheBus()]), named: "The release")
    }

    static var columns: Columns<Release> {
        [
            Column("ID", "message_id", \.mail.messageID),
            Column("FROM", "from", { $0.mail.headers["From"].map(EncodedWord.decoded) }) {
                EncodedWord.decoded($0.mail.headers["From"] ?? "").shortened(to: 40)
            },
            Column("SUBJECT", "subject", { $0.mail.headers["Subject"].map(EncodedWord.decoded) }) {
                EncodedWord.decoded($0.mail.headers["Subject"] ?? "").shortened(to: 48)
            },
            Column("INTO", "mailboxes", \.mailboxes),
            Column("VIRUS", "has_virus", \.hasVirus),
        ]
    }
}

/// The places into which stored mail is released.
struct ReleasePlan {
    let bucket: MailBucket
    /// Recipients of the mail, or mailboxes; none for all its recipients.
    let places: [String]
    /// Names or ids of labels beside those of the rules.
    let labels: [String]

    func release(_ messageID: String) throws -> Release {
        let object = try bucket.object(messageID)
        guard let mail = try bucket.mail(object) else { throw bucket.notStored(messageID) }
        let decisions = try RoutingLog(bucket.deployment).decisions(
            of: messageID, in: object.logRange)
        let known = recipients(of: mail, decisions)
        let targets = try places.isEmpty ? rules(of: known, messageID) : chosen(among: known)
        let others = targets.map(\.target).filter { target in
            !known.contains { $0.equalsIgnoringASCIICase(target) }
        }
        return Release(mail: mail, recipients: (known + others).uniqued, targets: targets)
    }

    /// The recipients of the envelope. The mail's own To field is no proof: anybody writes there
    /// what he likes, and the mail would reach somebody whom it was not sent to.
    private func recipients(of mail: StoredMail, _ decisions: [RoutingLogLine]) -> [String] {
        let holding = Holding(mail, decisions, rows: [])
        return holding.source == .log ? holding.recipients : mail.receivedFor.map { [$0] } ?? []
    }

    /// The mailboxes that the recipients' rules name.
    private func rules(of recipients: [String], _ messageID: String) throws -> [ForwardTarget] {
        let targets = try recipients.flatMap { try forwards(for: $0) }
        guard !targets.isEmpty else {
            let reason =
                recipients.isEmpty
                ? "the routing log and its header do not name its recipients"
                : "no rule of \(recipients.joined(separator: ", ")) forwards"
            throw Failure(
                .refused,
                "The mail \(messageID) has no mailbox: \(reason). Name the mailbox with --to. "
                    + "Nothing was released.")
        }
        return targets
    }

    /// The places that `--to` names: a recipient of the mail stands for the mailboxes of its rule.
    private func chosen(among recipients: [String]) throws -> [ForwardTarget] {
        try places.flatMap { place in
            let recipient = recipients.first { $0.equalsIgnoringASCIICase(place) }
            if let recipient {
                let targets = try forwards(for: recipient)
                if !targets.isEmpty { return targets }
                throw Failure(
                    .refused,
                    "The rule of \(recipient) does not forward. Name the mailbox with --to. "
                        + "Nothing was released.")
            }
            return [try target(recipients.first ?? place, mailbox: place, labels: nil)]
        }
    }

    private func forwards(for recipient: String) throws -> [ForwardTarget] {
        let keys = RoutingTable.keys(for: RoutedMail(recipients: [recipient]))
        let rows = try RuleTable(bucket.deployment).find(keys: keys)
        do {
            return try RoutingTable(rows.map(\.tableRow)).forwards(for: recipient).map {
                try target($0.target, mailbox: $0.destination, labels: $0.labelIDs)
            }
        } catch let failure as RoutingFailure {
            throw Failure(.refused, "\(failure) Nothing was released.")
        }
    }

    /// - Parameter labels: those of the rule; nil for a message's usual ones.
    private func target(
        _ recipient: String, mailbox: String, labels: [String]?
    ) throws -> ForwardTarget {
        var ids = labels
        if !self.labels.isEmpty {
            let more = try LabelDirectory(bucket.deployment).identifiers(
                of: self.labels, in: mailbox)
            ids = ((labels ?? ["INBOX", "UNREAD"]) + more).uniqued
        }
        return ForwardTarget(
            target: recipient, destination: mailbox, rule: nil, labelIDs: ids, isNeverSpam: true)
    }
}
