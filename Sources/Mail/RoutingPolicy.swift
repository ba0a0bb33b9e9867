internal import Text

/// What is decided for each recipient, given the rules that were found? Pure, no look-ups.
package enum RoutingPolicy {
    /// What was decided, and what the operator should know of it.
    package struct Outcome: Equatable, Sendable {
        package var actions: RoutingActions
        package var warnings: [Warning] = []

        package init(actions: RoutingActions = RoutingActions()) {
            self.actions = actions
        }
    }

    /// What is odd, but did not keep the mail from being routed?
    package enum Warning: Equatable, Sendable, CustomStringConvertible {
        case unknownAction(String, rule: String)

        package var description: String {
            switch self {
            case .unknownAction(let action, let rule):
                "The rule \(rule) has the unknown action \(action); the mail is stored."
            }
        }
    }

    /// Decides for each distinct recipient; a mail in quarantine is stored for all, whatever the
    /// rules say.
    ///
    /// `rules` are all that were found under `RoutingKey.distinctKeys(of: recipients)`, in any
    /// order: what is missing in them does not exist. Throws `RoutingFailure.noRecipients` and
    /// `.forwardWithoutTarget`.
    package static func decide(
        recipients: [String], rules: [RoutingRule], quarantine: RoutingReason? = nil
    ) throws(RoutingFailure) -> Outcome {
        let recipients = try distinct(recipients)
        var outcome = Outcome()
        if let quarantine {
            outcome.actions.store = recipients.map { RoutingTarget(target: $0, reason: quarantine) }
            return outcome
        }
        let table = Dictionary(
            rules.lazy.filter(\.isEnabled).map { (RoutingKey(pk: $0.pk), $0) },
            uniquingKeysWith: { first, _ in first })
        for recipient in recipients {
            try route(recipient, by: table, into: &outcome)
        }
        return outcome
    }

    /// What becomes of a mail whose rules could not be read, when the queue will not try again.
    package enum LookupFailedAction: String, CaseIterable, Sendable {
        case bounce
        case store
    }

    /// The decision for such a mail: all recipients get the action, but role addresses are always
    /// stored. A wider rule is never asked instead. Throws `.noRecipients`.
    package static func fallback(
        recipients: [String], action: LookupFailedAction
    ) throws(RoutingFailure) -> RoutingActions {
        var actions = RoutingActions()
        for recipient in try distinct(recipients) {
            switch action {
            case .bounce: bounce(recipient, reason: .lookupFailed, into: &actions)
            case .store:
                actions.store.append(RoutingTarget(target: recipient, reason: .lookupFailed))
            }
        }
        return actions
    }

    private static func route(
        _ recipient: String, by table: [RoutingKey: RoutingRule], into outcome: inout Outcome
    ) throws(RoutingFailure) {
        let keys = RoutingKey.candidates(for: recipient)
        guard let key = keys.first(where: { table[$0] != nil }), let rule = table[key] else {
            bounce(recipient, reason: .noRule, into: &outcome.actions)
            return
        }
        let target = RoutingTarget(target: recipient, rule: rule.pk, description: rule.description)
        switch rule.action {
        case .forwardToGmail:
            let destination = rule.target?.trimmingASCIIWhitespace ?? ""
            guard EmailAddress(destination) != nil else {
                throw .forwardWithoutTarget(rule: rule.pk)
            }
            outcome.actions.forwardToGmail.append(
                ForwardTarget(target: recipient, destination: destination, rule: rule.pk))
        case .bounce where key.isWildcard:
            bounce(recipient, rule: rule, into: &outcome.actions)
        case .bounce:
            outcome.actions.bounce.append(target)
        case .store:
            outcome.actions.store.append(target)
        case .unknown(let action):
            outcome.actions.store.append(target)
            outcome.warnings.append(.unknownAction(action, rule: rule.pk))
        }
    }

    /// Bounces what no rule names by itself, except a role address: that one is stored.
    private static func bounce(
        _ recipient: String, rule: RoutingRule? = nil, reason: RoutingReason? = nil,
        into actions: inout RoutingActions
    ) {
        let isRole = EmailAddress(recipient)?.isRole ?? false
        let target = RoutingTarget(
            target: recipient, rule: rule?.pk, description: rule?.description,
            reason: isRole ? .roleAddress : reason)
        if isRole {
            actions.store.append(target)
        } else {
            actions.bounce.append(target)
        }
    }

    /// Each recipient once: a second equal one could never claim its entry in the ledger.
    private static func distinct(_ recipients: [String]) throws(RoutingFailure) -> [String] {
        guard !recipients.isEmpty else { throw .noRecipients }
        var seen: Set<[UInt8]> = []
        return recipients.filter { seen.insert(Array($0.utf8)).inserted }
    }
}
