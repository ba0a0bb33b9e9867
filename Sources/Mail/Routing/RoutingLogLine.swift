internal import JSON

/// The router's decision on a mail: a line of the bus's log group, which has no body.
package struct RoutingLogLine: Equatable, Sendable {
    package struct Target: Equatable, Sendable {
        package let action: String
        package let recipient: String
        /// The mailbox of a forward, where the line names it.
        package var destination: String?
        /// The partition key of the rule that decided, where the line names it.
        package var rule: String?
        package var reason: String?

        package init(
            action: String, recipient: String, destination: String? = nil, rule: String? = nil,
            reason: String? = nil
        ) {
            self.action = action
            self.recipient = recipient
            self.destination = destination
            self.rule = rule
            self.reason = reason
        }
    }

    package let messageID: String
    /// Epoch milliseconds.
    package let timestamp: Int
    /// nil where the line does not name them unambiguously.
    package let targets: [Target]?
    /// Whether every recipient was stored because DMARC says to reject the mail.
    package let isRejectedByDMARC: Bool
    /// Whether it is about the canary, our own test message, whose address is a secret.
    package let isCanary: Bool

    /// Whether an operator had the mail imported (`mail release`): no rule decided, and the copy
    /// stays.
    package var isRelease: Bool {
        guard let targets, targets.allSatisfy({ $0.rule == nil }) else { return false }
        return targets.contains { $0.action == "forward-to-gmail" }
            && targets.contains { $0.action == "store" && $0.reason == "keep" }
    }

    /// Whether the address is one of the recipients, with a tag or without.
    package func names(_ address: EmailAddress) -> Bool {
        targets?.contains { target in
            let recipient = EmailAddress(target.recipient)
            return recipient == address || recipient?.withoutTag == address
        } ?? false
    }

    /// nil for a line that is not from the log rule.
    package init?(_ message: String, timestamp: Int) {
        guard let text = RoutingLogText(message) else { return nil }
        messageID = text.messageID
        self.timestamp = timestamp
        switch text.decision {
        case .log(let log):
            let entries = RoutingActions.entries(ofLog: log)
            targets = entries.flatMap(RoutingLogLine.targets)
            isCanary = entries?.contains { $0.reason == "canary" } ?? false
            isRejectedByDMARC = entries?.contains { $0.reason == "dmarc-reject" } ?? false
        case .actions(let actions):
            isCanary = false
            // Text that is not JSON was written as EventBridge writes an object into text.
            if let decision = try? JSONValue(parsing: actions) {
                targets = RoutingLogLine.targets(of: decision)
                isRejectedByDMARC = decision.targets(of: "store")
                    .contains { $0["reason"]?.string == "dmarc-reject" }
            } else {
                let bare = BareDecision(actions)
                targets = bare.targets
                isRejectedByDMARC = bare.hasReason("dmarc-reject")
            }
        }
    }

    /// nil where one of them has no recipient.
    private static func targets(_ entries: [RoutingActions.LogEntry]) -> [Target]? {
        let targets = entries.compactMap { entry in
            entry.target.map {
                Target(
                    action: entry.action, recipient: $0, destination: entry.destination,
                    rule: entry.rule, reason: entry.reason)
            }
        }
        return targets.count == entries.count ? targets : nil
    }

    private static func targets(of decision: JSONValue) -> [Target]? {
        let targets = BareDecision.actions.flatMap { action in
            decision.targets(of: action).map { (action, $0) }
        }
        let whole = targets.compactMap { action, target in
            target["target"]?.string.map {
                Target(
                    action: action, recipient: $0, destination: target["destination"]?.string,
                    rule: target["rule"]?.string, reason: target["reason"]?.string)
            }
        }
        return whole.isEmpty || whole.count < targets.count ? nil : whole
    }
}

extension JSONValue {
    fileprivate func targets(of action: String) -> [JSONValue] {
        self[action]?["targets"]?.array ?? []
    }
}
