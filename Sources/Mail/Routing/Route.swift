internal import Text

/// The way of a mail to one of its recipients.
struct Route {
    let recipient: String
    let mail: RoutedMail
    let junkDelivery: JunkDelivery

    /// Adds the actions of the rule that was found. The mail of a recipient without one is bounced.
    func add(
        to outcome: inout RoutingPolicy.Outcome, by match: (rule: RoutingRule, isWildcard: Bool)?
    ) throws(RoutingFailure) {
        guard let match else { return bounce(nil, reason: .noRule, isNamed: false, in: &outcome) }
        let rule = match.rule
        if let problem = rule.problems.first { throw .wrongRule(rule.pk, problem) }
        if let end = rule.end, end.isReached(at: mail.timestamp) {
            switch end.then {
            case .bounce: bounce(rule, reason: .ended, isNamed: false, in: &outcome)
            case .store: store(rule, reason: .ended, in: &outcome)
            }
        } else if let condition = rule.senders, !condition.accepts(mail.senders) {
            try refuse(rule, condition.otherwise, in: &outcome)
        } else {
            try act(rule, isNamed: !match.isWildcard, in: &outcome)
        }
    }

    private func act(
        _ rule: RoutingRule, isNamed: Bool, in outcome: inout RoutingPolicy.Outcome
    ) throws(RoutingFailure) {
        switch rule.action {
        case .forwardToGmail:
            try forward(rule, isJunk: mail.junkReason != nil, in: &outcome)
            if let reason = mail.junkReason ?? (rule.keepsCopy ? .keep : nil) {
                store(rule, reason: reason, in: &outcome)
            }
        case .bounce: bounce(rule, reason: nil, isNamed: isNamed, in: &outcome)
        case .store: store(rule, reason: nil, in: &outcome)
        case .unknown(let action):
            store(rule, reason: nil, in: &outcome)
            outcome.warnings.append(.unknownAction(action, rule: rule.pk))
        }
    }

    /// Handles the mail of a sender whom the rule does not let in.
    private func refuse(
        _ rule: RoutingRule, _ otherwise: SenderCondition.Otherwise,
        in outcome: inout RoutingPolicy.Outcome
    ) throws(RoutingFailure) {
        if otherwise == .bounce {
            return bounce(rule, reason: .senderNotListed, isNamed: false, in: &outcome)
        }
        if otherwise == .junk, junkDelivery == .gmailSpam, rule.action == .forwardToGmail {
            try forward(rule, isJunk: true, in: &outcome)
        }
        store(rule, reason: .senderNotListed, in: &outcome)
    }

    fileprivate func forward(
        _ rule: RoutingRule, isJunk: Bool, in outcome: inout RoutingPolicy.Outcome
    ) throws(RoutingFailure) {
        guard !rule.destinations.isEmpty,
            rule.destinations.allSatisfy({ EmailAddress($0) != nil })
        else { throw .forwardWithoutTarget(rule: rule.pk) }
        for destination in rule.destinations {
            let target =
                isJunk
                ? ForwardTarget.junk(target: recipient, destination: destination, rule: rule.pk)
                : ForwardTarget(
                    target: recipient, destination: destination, rule: rule.pk,
                    labelIDs: labelIDs(rule, destination),
                    isNeverSpam: rule.inGmail.isNeverSpam,
                    isForCalendar: rule.inGmail.isInCalendar && mail.isFromProved)
            outcome.actions.forwardToGmail.append(target)
        }
    }

    /// The labels of the message; nil for the default, which the event need not name.
    private func labelIDs(_ rule: RoutingRule, _ destination: String) -> [String]? {
        let labels =
            rule.inGmail.labelIDs + (rule.labelIDs[destination.asciiLowercased] ?? [])
        return labels == RoutingRule.Placement().labelIDs ? nil : labels
    }

    /// Stores the mail. If it is junk, that reason replaces the given one.
    private func store(
        _ rule: RoutingRule?, reason: RoutingReason?, in outcome: inout RoutingPolicy.Outcome
    ) {
        outcome.actions.store.append(target(rule, reason: mail.junkReason ?? reason))
    }

    /// Bounces the mail, unless it is junk, or is for a role address: such mail is stored, since
    /// bouncing it starts loops. Only the rule that is named for a role address may bounce it.
    private func bounce(
        _ rule: RoutingRule?, reason: RoutingReason?, isNamed: Bool,
        in outcome: inout RoutingPolicy.Outcome
    ) {
        if mail.junkReason != nil {
            store(rule, reason: reason, in: &outcome)
        } else if !isNamed, RoutingPolicy.isRole(recipient) {
            store(rule, reason: .roleAddress, in: &outcome)
        } else {
            outcome.actions.bounce.append(target(rule, reason: reason))
        }
    }

    private func target(_ rule: RoutingRule?, reason: RoutingReason?) -> RoutingTarget {
        RoutingTarget(
            target: recipient, rule: rule?.pk, description: rule?.description, reason: reason)
    }
}

extension RoutingTable {
    /// The places to which a recipient's rule forwards mail that nothing is held against, whoever
    /// sent it and whenever it came; none where there is no rule, or one that does not forward.
    package func forwards(for recipient: String) throws(RoutingFailure) -> [ForwardTarget] {
        guard let rule = try rule(for: recipient)?.rule, rule.action == .forwardToGmail else {
            return []
        }
        if let problem = rule.problems.first { throw .wrongRule(rule.pk, problem) }
        let route = Route(
            recipient: recipient, mail: RoutedMail(recipients: [recipient]), junkDelivery: .store)
        var outcome = RoutingPolicy.Outcome()
        try route.forward(rule, isJunk: false, in: &outcome)
        return outcome.actions.forwardToGmail
    }
}
