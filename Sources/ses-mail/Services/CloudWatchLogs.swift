internal import AWS
internal import HTTP
internal import JSON

/// The call that we make of CloudWatch Logs, for operators
/// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/).
struct CloudWatchLogs {
    private let json: JSONService

    init(_ session: AWSSession) {
        json = JSONService(
            client: session.client(signingName: "logs"),
            endpoint: session.endpointOverride("CLOUDWATCH_LOGS")
                ?? "https://logs.\(session.region).amazonaws.com",
            name: "CloudWatchLogs", targetPrefix: "Logs_20140328", version: "1.1")
    }

    struct Event: Equatable, Sendable {
        /// Epoch milliseconds.
        let timestamp: Int
        let message: String
    }

    /// The events of a group that match a filter pattern, oldest first; nil where there is no such
    /// group (`FilterLogEvents`). A page may be empty and still have a next one.
    /// - Parameter pages: how many pages are read at most.
    func events(
        in group: String, matching pattern: String, sinceMilliseconds: Int, pages: Int = 200
    ) throws(AWSError) -> [Event]? {
        var events: [Event] = []
        var next: String?
        for _ in 0..<pages {
            var question: [JSONValue.Member] = [
                .init("logGroupName", .string(group)), .init("filterPattern", .string(pattern)),
                .init("startTime", .integer(sinceMilliseconds)),
            ]
            if let next { question.append(.init("nextToken", .string(next))) }
            let answer: JSONValue
            do {
                answer = try json.call("FilterLogEvents", .object(question))
            } catch  where error.code == "ResourceNotFoundException" {
                return nil
            }
            events += (answer["events"]?.array ?? []).compactMap { event in
                guard let timestamp = event["timestamp"]?.integer,
                    let message = event["message"]?.string
                else { return nil }
                return Event(timestamp: timestamp, message: message)
            }
            next = answer["nextToken"]?.string
            if next == nil { break }
        }
        return events.sorted { $0.timestamp < $1.timestamp }
    }
}
