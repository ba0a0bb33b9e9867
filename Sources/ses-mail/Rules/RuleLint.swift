internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// Finds the faults of the rules.
struct RulesLint: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find rules that do not do what they seem to.",
        discussion: "The exit status is 2 where there is a warning or an error.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let rows = try RuleTable(deployment).all()
        Output.progress("looking for the tokens …")
        let tokens = try TokenSearch(deployment).tokens(of: rows)
        Output.progress("looking at the receipt rule …")
        let lint = RuleLint(
            rows: rows, recipients: try ReceiptRecipients(deployment),
            token: { tokens[$0] ?? .none })
        let findings = lint.findings
        if findings.isEmpty && output.format == .text {
            output.line("\(rows.count.counted("rule")), none of them wrong.")
        } else {
            output.list(
                findings,
                [
                    Column("", "severity", \.severity), Column("", "recipient", \.pattern),
                    Column("", "detail", \.words),
                ], severity: \.severity)
        }
        try Severity.conclude(findings.map(\.severity))
    }
}

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

    let rows: [RuleRow]
    let token: (Mailbox) -> Token
    /// nil where they are not known.
    private let recipients: ReceiptRecipients?
    /// The rows that decide, by their keys.
    private let deciding: [RoutingKey: RuleRow]

    init(
        rows: [RuleRow], recipients: ReceiptRecipients? = nil,
        token: @escaping (Mailbox) -> Token
    ) {
        self.rows = rows
        self.recipients = recipients
        self.token = token
        deciding = Dictionary(
            rows.filter { $0.rule.isEnabled && $0.sk == RuleRow.sortKey }
                .map { ($0.routingKey, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Errors first, then by pattern.
    var findings: [Finding] {
        let all = rows.flatMap(findings) + global
        return Severity.allCases.reversed()
            .flatMap { severity in all.filter { $0.severity == severity } }
    }

    private var global: [Finding] {
        if deciding[RoutingKey(pk: "ROUTE#*")] != nil { return [] }
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
            Finding(severity: severity, pattern: row.pattern, words: words)
        }
        if let why = unreachable(row) { return [finding(.warning, why)] }
        guard row.rule.isEnabled else {
            return [finding(.note, "disabled: the next broader rule decides")]
        }
        var findings = row.rule.problems.map {
            finding(.error, "\($0): its mail cannot be routed")
        }
        if let recipients, !recipients.take(row.asPattern) {
            findings.append(finding(.warning, "SES takes no mail for it: no receipt rule names it"))
        }
        switch row.rule.action {
        case .forwardToGmail:
            findings += forwarding(row).map { finding($0.0, $0.1) }
        case .unknown(let action):
            findings.append(finding(.error, "unknown action \(action): the mail is stored"))
        case .bounce, .store: break
        }
        if let wider = decidedAnyway(row) {
            findings.append(
                finding(
                    .note,
                    "repeats the rule for \(wider.pattern), and has no "
                        + "effect of its own"))
        }
        if let recipient = row.item["recipient"]?.string, recipient != row.pattern {
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
        if row.sk != RuleRow.sortKey {
            return "shadowed: its sort key is not RULE#v1, so it is never read"
        }
        let pattern = row.pattern
        if pattern == "*" { return nil }
        let probe = pattern.hasPrefix("*@") ? "any\(pattern.dropFirst())" : pattern
        guard EmailAddress(probe) != nil else { return "shadowed: no address can match this" }
        let keys = RoutingKey.candidates(for: probe.asciiLowercased)
        if keys.contains(row.routingKey) { return nil }
        return pattern.hasPrefix("*@")
            ? "shadowed: no mail is looked up in this spelling; write it in lower case"
            : "matches only mail that is spelled exactly so; write it in lower case"
    }

    /// The broader rule that would decide the same without this one.
    private func decidedAnyway(_ row: RuleRow) -> RuleRow? {
        guard row.pattern != "*" else { return nil }
        let probe = row.pattern.hasPrefix("*@") ? "any\(row.pattern.dropFirst())" : row.pattern
        if EmailAddress(probe)?.isRole == true { return nil }
        for key in RoutingKey.candidates(for: probe) {
            guard let other = deciding[key], other != row else { continue }
            return other.content == row.content ? other : nil
        }
        return nil
    }
}
