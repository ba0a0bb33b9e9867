internal import AWS
internal import JSON
internal import Mail

/// The router's decisions in the bus's log group.
struct RoutingLog {
    private let logs: CloudWatchLogs
    private let group: String

    init(_ deployment: Deployment) {
        logs = CloudWatchLogs(deployment.session)
        group = LogSource.bus.group(in: deployment)
    }

    /// The decisions on one mail, oldest first; several after a replay.
    func decisions(of messageID: String, in range: TimeRange) throws(AWSError)
        -> [RoutingLogLine]
    {
        try lines(mentioning: messageID, in: range)
            .filter { $0.messageID == messageID }
    }

    /// The decisions that name a recipient, oldest first.
    /// - Parameter text: a part of the address that is never escaped in the log.
    func decisions(for recipient: String, mentioning text: String, in range: TimeRange)
        throws(AWSError) -> [RoutingLogLine]
    {
        try lines(mentioning: text, in: range)
            .filter { $0.targets?.contains { $0.recipient == recipient } ?? false }
    }

    /// The decisions that name an address as a recipient, with a tag or without, oldest first.
    func decisions(for address: EmailAddress, in range: TimeRange) throws(AWSError)
        -> [RoutingLogLine]
    {
        // The service compares letters by case, and a domain comes in any.
        var found: [RoutingLogLine] = []
        _ = try AWSError.orNil("ResourceNotFoundException") { () throws(AWSError) in
            var pages = logs.pages(of: CloudWatchLogs.Search(group: group, range: range))
            while let events = try pages.next() {
                found += events.compactMap(RoutingLogLine.init).filter { $0.names(address) }
            }
        }
        return found.sorted { $0.timestamp < $1.timestamp }
    }

    /// The time for which its lines are kept and read.
    func retentionSeconds() throws(AWSError) -> Int {
        min(30, try logs.retentionDays(of: group) ?? 30) * 86_400
    }

    /// The decisions on these mails, by the mail's id, oldest first.
    func decisions(of messageIDs: Set<String>, in range: TimeRange) throws(AWSError)
        -> [String: [RoutingLogLine]]
    {
        let search = CloudWatchLogs.Search(group: group, range: range)
        var found: [String: [RoutingLogLine]] = [:]
        // Page by page: the log has far more mails than the bucket.
        _ = try AWSError.orNil("ResourceNotFoundException") { () throws(AWSError) in
            var pages = logs.pages(of: search)
            while let events = try pages.next() {
                for line in events.compactMap(RoutingLogLine.init)
                where messageIDs.contains(line.messageID) {
                    found[line.messageID, default: []].append(line)
                }
            }
        }
        return found.mapValues { $0.sorted { $0.timestamp < $1.timestamp } }
    }

    /// All decisions, by the mail's id.
    func decisions(in range: TimeRange) throws(AWSError) -> [String: [RoutingLogLine]] {
        Dictionary(
            grouping: try lines(mentioning: nil, in: range),
            by: \.messageID)
    }

    private func lines(mentioning text: String?, in range: TimeRange) throws(AWSError)
        -> [RoutingLogLine]
    {
        let search =
            text.map { CloudWatchLogs.Search.mentioning($0, in: group, range) }
            ?? CloudWatchLogs.Search(group: group, range: range)
        return (try logs.events(of: search) ?? []).compactMap(RoutingLogLine.init)
    }
}

/// The router's decision on a mail: a line of the bus's log group, which has no body.
struct RoutingLogLine: Equatable {
    struct Target: Equatable {
        let action: String
        let recipient: String
        /// The mailbox of a forward, where the line names it.
        var destination: String?
        /// The partition key of the rule that decided, where the line names it.
        var rule: String?
        var reason: String?
    }

    let messageID: String
    /// Epoch milliseconds.
    let timestamp: Int
    /// nil where the line does not name them unambiguously.
    let targets: [Target]?
    /// Whether every recipient was stored because DMARC says to reject the mail.
    let isRejectedByDMARC: Bool
    /// Whether it is about the canary, our own test message, whose address is a secret.
    let isCanary: Bool

    /// Whether an operator had the mail imported (`mail release`): no rule decided, and the copy
    /// stays.
    var isRelease: Bool {
        guard let targets, targets.allSatisfy({ $0.rule == nil }) else { return false }
        return targets.contains { $0.action == "forward-to-gmail" }
            && targets.contains { $0.action == "store" && $0.reason == "keep" }
    }

    /// Whether the address is one of the recipients, with a tag or without.
    func names(_ address: EmailAddress) -> Bool {
        targets?.contains { target in
            let recipient = EmailAddress(target.recipient)
            return recipient == address || recipient?.withoutTag == address
        } ?? false
    }

    /// nil for a line that is not from the log rule.
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
