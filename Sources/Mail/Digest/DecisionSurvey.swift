internal import Text

/// The decisions and refusals of a time, of which the digest tells those that kept a mail from an
/// inbox.
///
/// The last decision for each recipient counts. A mail that an operator has released or routed
/// again since it was refused is in order.
package struct DecisionSurvey: Sendable {
    fileprivate struct Refusal: Sendable {
        let timestamp: Int
        let reason: String
    }

    fileprivate struct Decision: Sendable {
        var timestamp: Int
        var targets: [RoutingLogLine.Target]
    }

    private var refusals: [String: Refusal] = [:]
    private var decisions: [String: Decision] = [:]
    /// The canaries, our own test messages, that were routed and that Gmail did not refuse.
    package private(set) var canaryCount = 0

    package init() {}

    /// Takes up that Gmail refused a mail for good. All refusals come before the decisions.
    /// - Parameter timestamp: epoch milliseconds.
    package mutating func addRefusal(of id: String, at timestamp: Int, reason: String) {
        guard SESIdentifier.isOne(id), timestamp >= refusals[id]?.timestamp ?? 0 else { return }
        refusals[id] = Refusal(timestamp: timestamp, reason: reason)
    }

    /// Takes up a line of the routing log.
    package mutating func add(_ line: RoutingLogLine) {
        let id = line.messageID
        guard SESIdentifier.isOne(id) else { return }
        guard !line.isCanary else {
            if refusals.removeValue(forKey: id) == nil { canaryCount += 1 }
            return
        }
        if let refusal = refusals[id], line.timestamp > refusal.timestamp { refusals[id] = nil }
        guard !line.isRelease else {
            decisions[id] = nil
            return
        }
        let targets = line.targets ?? []
        if let earlier = decisions[id] {
            decisions[id] = earlier.followed(by: targets, at: line.timestamp)
        } else if refusals[id] != nil || targets.contains(where: { $0.kind != nil }) {
            decisions[id] = Decision(timestamp: line.timestamp, targets: targets)
        }
    }

    /// The mails that reached no inbox, by kind, newest first; those come last that are stored as
    /// expected.
    package var mails: [UndeliveredMail] {
        let refused = refusals.map { id, refusal in
            UndeliveredMail(
                id: id, kind: .refused, timestamp: refusal.timestamp,
                recipients: decisions[id]?.recipients { $0.action == "forward-to-gmail" } ?? [],
                reasons: [refusal.reason])
        }
        let others = decisions.compactMap { id, decision in
            refusals[id] == nil ? decision.mail(id) : nil
        }
        let order = UndeliveredMail.Kind.allCases
        return (refused + others).sorted { left, right in
            let ranks = [left, right].map { mail in
                (order.firstIndex(of: mail.kind) ?? 0, mail.isExpected ? 1 : 0, -mail.timestamp)
            }
            return ranks[0] == ranks[1] ? left.id < right.id : ranks[0] < ranks[1]
        }
    }
}

extension DecisionSurvey.Decision {
    /// The decision with the later one's targets in place of those for the same recipients.
    fileprivate func followed(by later: [RoutingLogLine.Target], at time: Int) -> Self {
        let kept = targets.filter { target in
            !later.contains { $0.recipient.hasSameBytes(as: target.recipient) }
        }
        return Self(timestamp: max(timestamp, time), targets: kept + later)
    }

    fileprivate func recipients(_ isWanted: (RoutingLogLine.Target) -> Bool) -> [String] {
        targets.filter(isWanted).map(\.recipient).uniqued
    }

    /// The mail, if a target kept it from an inbox.
    fileprivate func mail(_ id: String) -> UndeliveredMail? {
        let kinds = targets.compactMap(\.kind)
        guard let kind = UndeliveredMail.Kind.allCases.first(where: kinds.contains) else {
            return nil
        }
        let told = targets.filter { $0.kind == kind }
        return UndeliveredMail(
            id: id, kind: kind, timestamp: timestamp, recipients: told.map(\.recipient).uniqued,
            reasons: told.compactMap(\.reason).uniqued)
    }
}

extension RoutingLogLine.Target {
    /// The reason for telling of it; nil if the mail goes where its rule wants it.
    fileprivate var kind: UndeliveredMail.Kind? {
        switch (action, reason) {
        case ("store", RoutingReason.keep.rawValue): nil
        case ("store", RoutingReason.ended.rawValue), ("bounce", RoutingReason.ended.rawValue):
            .ended
        case ("store", _): .held
        default: nil
        }
    }
}

extension [String] {
    /// Each text once, at its first place; by bytes.
    fileprivate var uniqued: [String] {
        var seen: Set<[UInt8]> = []
        return filter { seen.insert([UInt8]($0.utf8)).inserted }
    }
}
