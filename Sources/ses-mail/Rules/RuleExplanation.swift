internal import Mail

/// The reason why a mail to one recipient goes where it goes: the router's own look-up and
/// decision, candidate by candidate. Pure.
struct RuleExplanation: Equatable {
    struct Candidate: Equatable {
        enum State: String {
            case absent = "no rule"
            case disabled
            case matched
            case notReached = "not reached"
        }

        let pattern: String
        let state: State
        let content: String?
    }

    let recipient: String
    let candidates: [Candidate]
    /// What the router does; empty where it fails.
    let actions: RoutingActions
    /// The reason why the router fails, so that the mail waits in the dead-letter queue.
    let problem: String?
    /// The key of the rule that decided.
    let rule: String?
    /// The rule that decided.
    let decider: RoutingRule?
    let warnings: [String]

    /// - Parameters:
    ///   - mail: for one recipient.
    ///   - stored: what was found under its keys, or more.
    init(of mail: RoutedMail, by stored: StoredRules, junkDelivery: JunkDelivery = .store) {
        recipient = mail.recipients.first ?? ""
        let found = RuleIndex(stored).candidates(for: recipient)
        let matched = found.firstIndex(where: \.decides)
        do {
            let outcome = try RoutingPolicy.decide(
                mail, by: RoutingTable(stored.deciding), junkDelivery: junkDelivery)
            actions = outcome.actions
            problem = nil
            warnings = outcome.warnings.map(\.description)
            rule =
                actions.forwardToGmail.first?.rule
                ?? (actions.store.first ?? actions.bounce.first)?.rule
        } catch {
            actions = RoutingActions()
            problem = error.description
            warnings = []
            rule = matched.map { found[$0] }?.rule?.pk
        }
        let isAsked = rule != nil || problem != nil
        decider = isAsked ? matched.flatMap { found[$0].rule } : nil
        candidates = found.enumerated().map { index, candidate in
            let state: Candidate.State =
                if isAsked, index == matched {
                    .matched
                } else if let rule = candidate.rule {
                    rule.isEnabled ? .notReached : .disabled
                } else {
                    .absent
                }
            return Candidate(
                pattern: candidate.pattern, state: state,
                content: candidate.rule.map { RuleEntry.text(of: $0) })
        }
    }

    /// Empty unless the mail is forwarded.
    var destinations: [String] { actions.forwardToGmail.map(\.destination) }
    var isStored: Bool { !actions.store.isEmpty }
    var isBounced: Bool { !actions.bounce.isEmpty }
    var isJunk: Bool { actions.forwardToGmail.contains(where: \.isJunk) }
    var reason: RoutingReason? { (actions.store.first ?? actions.bounce.first)?.reason }

    /// In the words of the table; `fail` where the router fails.
    var action: String {
        if problem != nil { return "fail" }
        return destinations.isEmpty ? isStored ? "store" : "bounce" : "forward-to-gmail"
    }
}

extension StoredRules {
    /// The rows that the router reads.
    var deciding: [RoutingTable.Row] {
        items.filter { $0.sk == RuleRow.sortKey }.map(\.tableRow)
    }
}

extension RoutingRule {
    /// Senders whom the rule lets in, to show what it does; no sender where it asks for none.
    var admittedSenders: MailSenders {
        guard let senders, let only = senders.only else { return MailSenders() }
        let all = only.lazy.compactMap { pattern -> MailSenders? in
            let text = pattern.isDomain ? "any\(pattern.text.dropFirst())" : pattern.text
            return EmailAddress(text).map { MailSenders([.init($0, isProved: true)]) }
        }
        return all.first(where: senders.accepts) ?? MailSenders()
    }
}
