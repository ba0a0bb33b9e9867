internal import AWS

/// What did the router decide, of which mail?
struct RoutingLog {
    private let logs: CloudWatchLogs
    private let group: String

    init(_ deployment: Deployment) {
        logs = CloudWatchLogs(deployment.session)
        group = LogSource.bus.group(in: deployment)
    }

    /// The decisions on one mail, oldest first; several after a replay.
    func decisions(of messageID: String, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        try lines(mentioning: messageID, sinceMilliseconds: sinceMilliseconds)
            .filter { $0.messageID == messageID }
    }

    /// The decisions that name a recipient, oldest first.
    func decisions(for recipient: String, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        try lines(mentioning: recipient, sinceMilliseconds: sinceMilliseconds)
            .filter { $0.targets?.contains { $0.recipient == recipient } ?? false }
    }

    /// All decisions, by the mail's id.
    func decisions(sinceMilliseconds: Int) throws(AWSError) -> [String: [RoutingLogLine]] {
        Dictionary(
            grouping: try lines(mentioning: nil, sinceMilliseconds: sinceMilliseconds),
            by: \.messageID)
    }

    private func lines(mentioning text: String?, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        let events = try logs.events(
            in: group, mentioning: text, sinceMilliseconds: sinceMilliseconds)
        return (events ?? []).compactMap(RoutingLogLine.init)
    }
}
