/// The decision for each recipient, from the rows that were found. Pure, without look-ups.
package enum RoutingPolicy {
    /// The actions, and the remarks about them for the operator.
    package struct Outcome: Equatable, Sendable {
        package var actions: RoutingActions
        package var warnings: [Warning] = []

        package init(actions: RoutingActions = RoutingActions()) {
            self.actions = actions
        }
    }

    /// An oddity that did not keep the mail from being routed.
    package enum Warning: Equatable, Sendable, CustomStringConvertible {
        case unknownAction(String, rule: String)
        case unreadableSender(String)

        /// The key of the row.
        package var row: String {
            switch self {
            case .unknownAction(_, let rule): rule
            case .unreadableSender(let key): key
            }
        }

        package var reason: String {
            switch self {
            case .unknownAction(let action, _):
                "it has the unknown action \(action); the mail is stored"
            case .unreadableSender:
                "its verdict is neither block nor allow; it is left out"
            }
        }

        package var description: String { "The row \(row): \(reason)." }
    }

    /// Decides for each distinct recipient.
    ///
    /// Neither a virus nor junk is ever bounced. The order is: virus, blocked and allowed senders,
    /// junk; then the rule, its end, its senders and its action. `table` must have all rows that
    /// exist under `RoutingTable.keys(for: mail)`.
    package static func decide(
        _ mail: RoutedMail, by table: RoutingTable, junkDelivery: JunkDelivery
    ) throws(RoutingFailure) -> Outcome {
        let recipients = try distinct(mail.recipients)
        var outcome = Outcome()
        if mail.hasVirus {
            outcome.actions.store = recipients.map { RoutingTarget(target: $0, reason: .virus) }
            return outcome
        }
        outcome.warnings = table.unreadableSenders.map { .unreadableSender($0) }
        let verdict = table.verdict(on: mail.senders)?.kind
        var mail = mail
        if verdict == .allow { mail.junkReason = nil }
        for recipient in recipients {
            if verdict == .block, !isRole(recipient) {
                outcome.actions.store.append(
                    RoutingTarget(target: recipient, reason: .blockedSender))
            } else if let reason = mail.junkReason, junkDelivery == .store {
                outcome.actions.store.append(RoutingTarget(target: recipient, reason: reason))
            } else {
                let route = Route(recipient: recipient, mail: mail, junkDelivery: junkDelivery)
                try route.add(to: &outcome, by: try table.rule(for: recipient))
            }
        }
        return outcome
    }

    /// The decision for a mail whose rules could not be read, when the queue will not try again.
    package enum LookupFailedAction: String, CaseIterable, Sendable {
        case bounce
        case store
    }

    /// The decision for such a mail: junk is stored, and so are role addresses; all others get the
    /// action. A wider rule is never asked instead. Throws `.noRecipients`.
    package static func fallback(
        for mail: RoutedMail, action: LookupFailedAction
    ) throws(RoutingFailure) -> RoutingActions {
        var actions = RoutingActions()
        for recipient in try distinct(mail.recipients) {
            if let reason = mail.junkReason {
                actions.store.append(RoutingTarget(target: recipient, reason: reason))
            } else if isRole(recipient), action == .bounce {
                actions.store.append(RoutingTarget(target: recipient, reason: .roleAddress))
            } else {
                let target = RoutingTarget(target: recipient, reason: .lookupFailed)
                switch action {
                case .bounce: actions.bounce.append(target)
                case .store: actions.store.append(target)
                }
            }
        }
        return actions
    }

    static func isRole(_ recipient: String) -> Bool {
        EmailAddress(recipient)?.isRole ?? false
    }

    /// Each recipient once: a second equal one could never claim its entry in the ledger.
    private static func distinct(_ recipients: [String]) throws(RoutingFailure) -> [String] {
        guard !recipients.isEmpty else { throw .noRecipients }
        var seen: Set<[UInt8]> = []
        return recipients.filter { seen.insert(Array($0.utf8)).inserted }
    }
}
