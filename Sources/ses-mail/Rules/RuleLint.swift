internal import AWS
internal import JSON
internal import Mail
internal import Text

/// The judgement of the rules. Pure: it follows from the rows and from what is known of the tokens.
struct RuleLint {
    struct Finding: Equatable {
        let severity: Severity
        let pattern: String
        let words: String
    }

    /// The token that opens a mailbox.
    enum Token: Equatable {
        case own
        /// The shared token, which belongs to some account.
        case shared
        case none
    }

    private let stored: StoredRules
    private let index: RuleIndex
    private let junkDelivery: JunkDelivery
    private let token: (Mailbox) -> Token
    /// nil where they are not known.
    private let recipients: ReceiptRecipients?
    private let now: String

    init(
        _ stored: StoredRules, junkDelivery: JunkDelivery = .store,
        recipients: ReceiptRecipients? = nil, now: String = Clock.now(),
        token: @escaping (Mailbox) -> Token
    ) {
        self.stored = stored
        index = RuleIndex(stored)
        self.junkDelivery = junkDelivery
        self.recipients = recipients
        self.now = now
        self.token = token
    }

    var rules: [RuleRow] { stored.rules }

    /// Errors first, then by pattern.
    var findings: [Finding] {
        let all = stored.rules.flatMap(findings) + rows + global
        return Severity.allCases.reversed()
            .flatMap { severity in all.filter { $0.severity == severity } }
    }

    /// The faults of rows that are no rules: unreadable lists of patterns, and verdicts on senders.
    private var rows: [Finding] {
        let unreadable = stored.unreadable.map { pk, reason in
            // A verdict that cannot be read is left out; without its patterns, a mail waits.
            let isList = pk.hasPrefix(ignoringASCIICase: PatternList.keyPrefix)
            return Finding(severity: isList ? .error : .warning, pattern: pk, words: reason)
        }
        let disabled = stored.senders.filter { !$0.verdict.isEnabled }.map {
            Finding(severity: .note, pattern: $0.entry.name, words: "disabled")
        }
        return unreadable + disabled
    }

    private var global: [Finding] {
        let isThere = stored.rules.contains {
            $0.pattern.text == "*" && $0.rule.isEnabled && $0.key.sk == RuleRow.sortKey
        }
        if isThere { return [] }
        return [
            Finding(
                severity: .warning, pattern: "*",
                words:
                    "no enabled global rule: mail that no other rule names is bounced, except to "
                    + "role addresses")
        ]
    }

    private func findings(_ row: RuleRow) -> [Finding] {
        func finding(_ severity: Severity, _ words: String) -> Finding {
            Finding(severity: severity, pattern: row.pattern.text, words: words)
        }
        if let why = unreachable(row) { return [finding(.warning, why)] }
        guard row.rule.isEnabled else {
            return [finding(.note, "disabled: the next broader rule decides")]
        }
        var findings = row.rule.problems.map {
            finding(.error, "\($0): its mail cannot be routed")
        }
        if let recipients, !recipients.take(row.pattern) {
            findings.append(finding(.warning, "SES takes no mail for it: no receipt rule names it"))
        }
        switch row.rule.action {
        case .forwardToGmail:
            findings += forwarding(row).map { finding($0.0, $0.1) }
        case .unknown(let action):
            findings.append(finding(.error, "unknown action \(action): the mail is stored"))
        case .bounce, .store: break
        }
        findings += row.rule.oddities(junkDelivery, now: now).map { finding($0.0, $0.1) }
        if let wider = decidedAnyway(row) {
            findings.append(
                finding(.note, "repeats the rule for \(wider), and has no effect of its own"))
        }
        if let recipient = row.attributes["recipient"]?.string, recipient != row.pattern.text {
            findings.append(
                finding(.warning, "its recipient is \(recipient), but only its key decides"))
        }
        return findings
    }

    private func forwarding(_ row: RuleRow) -> [(Severity, String)] {
        let mailboxes = row.rule.mailboxes
        guard !mailboxes.isEmpty, mailboxes.allSatisfy({ EmailAddress($0.address) != nil }) else {
            return [(.error, "forward-to-gmail without a target: its mail cannot be routed")]
        }
        return zip(row.rule.destinations, mailboxes).compactMap { target, mailbox in
            switch token(mailbox) {
            case .own: nil
            case .shared: (.note, "\(target) has no token of its own: the shared token must be its")
            case .none: (.error, "\(target) has no Gmail token: its mail cannot be imported")
            }
        }
    }

    /// The reason why no mail, or hardly any, is ever looked up under this key.
    private func unreachable(_ row: RuleRow) -> String? {
        if row.key.sk != RuleRow.sortKey {
            return "shadowed: its sort key is not RULE#v1, so it is never read"
        }
        let pattern = row.pattern.text
        if row.pattern.listDomain != nil {
            let same = stored.rules.first { $0.pattern == row.pattern && $0.rule.isEnabled }
            return same == nil || same == row
                ? nil : "shadowed: an entry before it in the list has the same pattern"
        }
        if pattern == "*" { return nil }
        guard EmailAddress(row.probe) != nil else {
            return "shadowed: no address can match this"
        }
        let keys = RoutingKey.candidates(for: row.probe.asciiLowercased)
        if keys.contains(row.routingKey) { return nil }
        return pattern.hasPrefix("*@")
            ? "shadowed: no mail is looked up in this spelling; write it in lower case"
            : "matches only mail that is spelled exactly so; write it in lower case"
    }

    /// The pattern of the broader rule that would decide the same without this one.
    private func decidedAnyway(_ row: RuleRow) -> String? {
        guard row.pattern.text != "*", row.pattern.listDomain == nil,
            EmailAddress(row.probe)?.isRole != true
        else { return nil }
        let next = index.candidates(for: row.probe).first { candidate in
            // What stands between all at a domain and the global rule is known; which patterns
            // stand for an address of the domain is not.
            if row.pattern.isWildcard, case .pattern = candidate.kind { return false }
            return candidate.decides && candidate.pattern != row.pattern.text
        }
        guard let next, let rule = next.rule, rule.problems == row.rule.problems else { return nil }
        return rule.attributes == row.rule.attributes ? next.pattern : nil
    }
}

extension RuleRow {
    /// An address for which the rule is looked up.
    fileprivate var probe: String {
        pattern.text.hasPrefix("*@") ? "any\(pattern.text.dropFirst())" : pattern.text
    }
}

extension RoutingRule {
    /// Attributes without effect, and those whose effect may surprise.
    fileprivate func oddities(_ delivery: JunkDelivery, now: String) -> [(Severity, String)] {
        var found: [(Severity, String)] = []
        if let end, end.isReached(at: now) {
            found.append((.note, "ended at \(end.text): its mail is \(end.then.done)"))
        }
        if let senders {
            if senders.otherwise == .junk, delivery == .store {
                found.append(
                    (.note, "otherwise is junk, which is stored while junk_delivery is \"store\""))
            }
            if senders.only != nil, admittedSenders.all.isEmpty {
                found.append(
                    (
                        .warning,
                        "not_from keeps out every sender that only_from lets in: no mail passes"
                    ))
            }
        }
        let inVain = RoutingRule.ofForwards.filter { attributes[$0] != nil }
        if action != .forwardToGmail, !inVain.isEmpty {
            found.append(
                (.note, "\(inVain.joined(separator: ", ")) without forward-to-gmail: no effect"))
        }
        let strangers = labelIDs.keys.filter { name in
            !mailboxes.contains { $0.address == name }
        }.sorted()
        if action == .forwardToGmail, !strangers.isEmpty {
            found.append(
                (.warning, "labels for \(strangers.listed), to whom it does not forward"))
        }
        return found
    }

    private static let ofForwards = [
        "keep", "labels", "inbox", "unread", "star", "never_spam", "calendar",
    ]
}
