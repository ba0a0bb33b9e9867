internal import AWS
internal import Mail
internal import Text

/// The reason why a mail is in the bucket, and whom it is for: by the routing log while it lasts,
/// else by the ledger and by what SES wrote into the header.
struct Holding: Equatable {
    enum Kind: String, CaseIterable {
        /// A rule stores it, or wants the copy kept.
        case stored
        /// SES found spam or a virus, or DMARC failed.
        case junk
        /// Gmail refused it for good.
        case refused
        /// Its sender got a bounce, and it stays as evidence.
        case bounced
        /// It was not routed yet, or waits for its import.
        case waiting
    }

    enum Source: String {
        case log
        case header
    }

    private(set) var recipients: [String] = []
    private(set) var kinds: [Kind] = []
    private(set) var reasons: [String] = []
    /// Whether an operator had it imported in spite of that.
    private(set) var isReleased = false

    /// The words for its kinds, and for a release.
    var states: [String] { kinds.map(\.rawValue) + (isReleased ? ["released"] : []) }
    private(set) var source: Source

    /// - Parameters:
    ///   - decisions: all on this mail, oldest first.
    ///   - rows: the mail's rows in the ledger, where `needsLedger`.
    init(_ mail: StoredMail, _ decisions: [RoutingLogLine], rows: [Item]) {
        let targets = Holding.targets(of: decisions)
        isReleased = decisions.contains(where: \.isRelease)
        source = targets.isEmpty ? .header : .log
        for row in rows where row.isImport && row["state"]?.string == "refused" {
            kinds.append(.refused)
            reasons.append(row["reason"]?.string ?? "refused by Gmail")
        }
        if decisions.contains(where: \.isCanary) {
            // Its address is a secret.
            recipients = ["the canary"]
            kinds.append(.waiting)
        } else if targets.isEmpty {
            judge(mail, rows: rows)
        } else {
            judge(targets, rows: rows)
        }
        kinds = Kind.allCases.filter(kinds.contains)
        reasons = reasons.uniqued
    }

    /// Whether the ledger has to be asked: the log does not say what became of an import.
    static func needsLedger(_ decisions: [RoutingLogLine]) -> Bool {
        let targets = targets(of: decisions)
        return targets.isEmpty || targets.contains { kind($0) == nil }
            || decisions.contains(where: \.isRelease)
    }

    /// The kinds of the mail where the decisions alone tell them.
    static func kinds(_ decisions: [RoutingLogLine]) -> [Kind]? {
        needsLedger(decisions) ? nil : targets(of: decisions).compactMap(kind)
    }

    /// The last action for each recipient, without releases.
    private static func targets(of decisions: [RoutingLogLine]) -> [RoutingLogLine.Target] {
        var last: [String: [RoutingLogLine.Target]] = [:]
        var recipients: [String] = []
        for line in decisions where !line.isRelease {
            let targets = Dictionary(grouping: line.targets ?? [], by: \.recipient)
            recipients += (line.targets ?? []).map(\.recipient)
            last.merge(targets) { $1 }
        }
        return recipients.uniqued.flatMap { last[$0] ?? [] }
    }

    private static func kind(_ target: RoutingLogLine.Target) -> Kind? {
        switch target.action {
        case "store": isJunk(target.reason) ? .junk : .stored
        case "bounce": .bounced
        default: nil
        }
    }

    private static func isJunk(_ reason: String?) -> Bool {
        ["spam", "virus", "dmarc-reject", "dmarc-quarantine"].contains(reason)
    }

    private mutating func judge(_ targets: [RoutingLogLine.Target], rows: [Item]) {
        recipients = targets.map(\.recipient).uniqued
        kinds += targets.compactMap(Holding.kind)
        reasons += targets.compactMap(\.reason)
        let isImported = rows.contains { $0.isImport && $0["state"]?.string == "done" }
        if kinds.isEmpty && !isImported { kinds.append(.waiting) }
    }

    private mutating func judge(_ mail: StoredMail, rows: [Item]) {
        let named = mail.headers.addresses(in: "To").map(\.text)
        recipients = mail.receivedFor.map { [$0] } ?? Array(named.prefix(20))
        for verdict in mail.shownVerdicts.reversed() where verdict.isFailed {
            switch verdict.name {
            case "spam", "virus": reasons.append(verdict.name)
            // The header does not say what the domain's policy asks for.
            case "dmarc": reasons.append("dmarc-fail")
            default: continue
            }
            kinds.append(.junk)
        }
        if rows.contains(where: { ($0["SK"]?.string ?? "").hasPrefix("BOUNCE#") }) {
            kinds.append(.bounced)
        }
        if kinds.isEmpty { kinds.append(.stored) }
    }
}

extension Item {
    /// Whether the row of the ledger is that of an import into a mailbox.
    var isImport: Bool { (self["SK"]?.string ?? "").hasPrefix("GMAIL#") }
}
