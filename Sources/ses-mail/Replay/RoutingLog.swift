internal import AWS

/// The router's decisions, as the bus's log group has them.
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
    /// - Parameter text: a part of the address that stands in the log as it is, however the rest of
    ///   it is written there.
    func decisions(for recipient: String, mentioning text: String, in range: TimeRange)
        throws(AWSError) -> [RoutingLogLine]
    {
        try lines(mentioning: text, in: range)
            .filter { $0.targets?.contains { $0.recipient == recipient } ?? false }
    }

    /// How long its lines are kept, and read.
    func retentionSeconds() throws(AWSError) -> Int {
        min(30, try logs.retentionDays(of: group) ?? 30) * 86_400
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
