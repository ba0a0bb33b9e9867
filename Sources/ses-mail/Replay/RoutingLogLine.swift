internal import JSON
internal import Mail

/// The router's decision on a mail: a line of the bus's log group, which has no body.
struct RoutingLogLine: Equatable {
    struct Target: Equatable {
        let action: String
        let recipient: String
    }

    let messageID: String
    /// Epoch milliseconds.
    let timestamp: Int
    /// nil where the line does not name them beyond doubt.
    let targets: [Target]?
    /// Whether every recipient was stored because DMARC says to reject the mail.
    let isRejectedByDMARC: Bool
    /// Whether it is about our own test message, whose address is a secret.
    let isCanary: Bool

    /// nil for a line that the log rule did not write.
    init?(_ event: CloudWatchLogs.Event) {
        guard let text = RoutingLogText(event.message) else { return nil }
        messageID = text.messageID
        timestamp = event.timestamp
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

    /// nil where one of them is not named.
    private static func targets(_ entries: [RoutingActions.LogEntry]) -> [Target]? {
        let targets = entries.compactMap { entry in
            entry.target.map { Target(action: entry.action, recipient: $0) }
        }
        return targets.count == entries.count ? targets : nil
    }

    private static func targets(of decision: JSONValue) -> [Target]? {
        let targets = BareDecision.actions.flatMap { action in
            decision.targets(of: action).map { (action, $0["target"]?.string) }
        }
        let whole = targets.compactMap { action, recipient in
            recipient.map { Target(action: action, recipient: $0) }
        }
        return whole.isEmpty || whole.count < targets.count ? nil : whole
    }
}

extension JSONValue {
    fileprivate func targets(of action: String) -> [JSONValue] {
        self[action]?["targets"]?.array ?? []
    }
}
