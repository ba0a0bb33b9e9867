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

extension RoutingLogLine {
    /// nil for a line that is not from the log rule.
    init?(_ event: CloudWatchLogs.Event) {
        self.init(event.message, timestamp: event.timestamp)
    }
}
