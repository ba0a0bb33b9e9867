internal import AWS
internal import HTTP
internal import JSON

/// The calls that we make of CloudWatch Logs, for operators
/// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/).
struct CloudWatchLogs {
    private let json: JSONService

    init(_ session: AWSSession) {
        json = JSONService(
            session, "CloudWatchLogs", host: "logs", variable: "CLOUDWATCH_LOGS",
            targetPrefix: "Logs_20140328", version: .v1_1)
    }

    struct Event: Equatable, Sendable {
        /// Unlike that of any other event of the group.
        let id: String
        /// Epoch milliseconds.
        let timestamp: Int
        let message: String
    }

    /// The events of a group that have this text in them, oldest first; nil where there is no such
    /// group (`FilterLogEvents`). Of two hundred pages; a page may be empty and have a next one.
    /// - Parameter text: without quotation marks; nil is for every event.
    func events(
        in group: String, mentioning text: String?, sinceMilliseconds: Int
    ) throws(AWSError) -> [Event]? {
        var events: [Event] = []
        var next: String?
        for _ in 0..<200 {
            var question: [JSONValue.Member] = [
                .init("logGroupName", .string(group)),
                .init("filterPattern", .string(text.map { "\"\($0)\"" } ?? "")),
                .init("startTime", .integer(sinceMilliseconds)),
            ]
            if let next { question.append(.init("nextToken", .string(next))) }
            let page = try AWSError.orNil("ResourceNotFoundException") { () throws(AWSError) in
                try json.call("FilterLogEvents", .object(question))
            }
            guard let answer = page else { return nil }
            events += (answer["events"]?.array ?? []).compactMap { event in
                guard let timestamp = event["timestamp"]?.integer,
                    let message = event["message"]?.string
                else { return nil }
                return Event(
                    id: event["eventId"]?.string ?? "", timestamp: timestamp, message: message)
            }
            next = answer["nextToken"]?.string
            if next == nil { break }
        }
        return events.sorted { $0.timestamp < $1.timestamp }
    }
}

extension CloudWatchLogs {
    /// A saved query of Logs Insights.
    struct QueryDefinition: Equatable, Sendable {
        let name: String
        let text: String
        let groups: [String]
    }

    /// What a query has found so far.
    struct QueryResult: Equatable, Sendable {
        /// `Scheduled`, `Running`, `Complete`, `Failed`, `Cancelled`, `Timeout`, `Unknown`.
        let status: String
        /// Each with its fields, in the query's order.
        let rows: [[Field]]
    }

    struct Field: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// All saved queries whose name begins so (`DescribeQueryDefinitions`).
    func queryDefinitions(prefix: String) throws(AWSError) -> [QueryDefinition] {
        try json.pages(
            "DescribeQueryDefinitions", [.init("queryDefinitionNamePrefix", .string(prefix))],
            token: ("nextToken", "nextToken")
        )
        .flatMap { $0["queryDefinitions"]?.array ?? [] }
        .map { definition in
            QueryDefinition(
                name: definition["name"]?.string ?? "",
                text: definition["queryString"]?.string ?? "",
                groups: (definition["logGroupNames"]?.array ?? []).compactMap(\.string))
        }
    }

    /// Begins a query and answers its id (`StartQuery`).
    func startQuery(_ text: String, in groups: [String], sinceSeconds: Int, untilSeconds: Int)
        throws(AWSError) -> String
    {
        let answer = try json.call(
            "StartQuery",
            [
                "logGroupNames": .array(groups.map { .string($0) }), "queryString": .string(text),
                "startTime": .integer(sinceSeconds), "endTime": .integer(untilSeconds),
            ])
        guard let id = answer["queryId"]?.string else {
            throw .missing("queryId", in: CallName("CloudWatchLogs", "StartQuery"))
        }
        return id
    }

    /// `GetQueryResults`
    func queryResult(_ id: String) throws(AWSError) -> QueryResult {
        let answer = try json.call("GetQueryResults", ["queryId": .string(id)])
        let rows = (answer["results"]?.array ?? []).map { row in
            (row.array ?? []).map { field in
                Field(name: field["field"]?.string ?? "", value: field["value"]?.string ?? "")
            }
        }
        return QueryResult(status: answer["status"]?.string ?? "Unknown", rows: rows)
    }

    /// `StopQuery`
    func stopQuery(_ id: String) throws(AWSError) {
        _ = try json.call("StopQuery", ["queryId": .string(id)])
    }
}
