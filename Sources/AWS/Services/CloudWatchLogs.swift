package import JSON

/// The call that we make of CloudWatch Logs
/// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/).
package struct CloudWatchLogs {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "CloudWatchLogs", host: "logs", variable: "CLOUDWATCH_LOGS",
            targetPrefix: "Logs_20140328", version: .v1_1)
    }

    package struct Event: Equatable, Sendable {
        /// Unique in the group.
        package let id: String
        /// Epoch milliseconds.
        package let timestamp: Int
        package let message: String
        /// The log stream: one for each instance of a function.
        package let stream: String

        package init(id: String, timestamp: Int, message: String, stream: String = "") {
            self.id = id
            self.timestamp = timestamp
            self.message = message
            self.stream = stream
        }
    }

    /// A search of one log group.
    package struct Search: Equatable, Sendable {
        package let group: String
        /// A filter pattern; an empty one finds every event
        /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
        package let pattern: String
        package let range: TimeRange

        package init(group: String, pattern: String = "", range: TimeRange) {
            self.group = group
            self.pattern = pattern
            self.range = range
        }
    }

    /// The events that a search finds, oldest first, page by page (`FilterLogEvents`).
    package func pages(of search: Search) -> Pages<[Event], JSONValue> {
        let answers = json.pages(
            "FilterLogEvents",
            [
                .init("logGroupName", .string(search.group)),
                .init("filterPattern", .string(search.pattern)),
                .init("startTime", .integer(search.range.startMilliseconds)),
                .init("endTime", .integer(search.range.endMilliseconds)),
            ], token: ("nextToken", "nextToken"))
        return answers.map { ($0["events"]?.array ?? []).compactMap(Event.init) }
    }
}

/// The time span of a search.
package struct TimeRange: Equatable, Sendable {
    /// Epoch milliseconds.
    package let startMilliseconds: Int
    package let endMilliseconds: Int

    package init(startMilliseconds: Int, endMilliseconds: Int) {
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
    }
}

extension CloudWatchLogs.Event {
    fileprivate init?(_ json: JSONValue) {
        guard let timestamp = json["timestamp"]?.integer, let message = json["message"]?.string
        else { return nil }
        self.init(
            id: json["eventId"]?.string ?? "\(timestamp) \(message)", timestamp: timestamp,
            message: message,
            stream: json["logStreamName"]?.string ?? "")
    }
}
