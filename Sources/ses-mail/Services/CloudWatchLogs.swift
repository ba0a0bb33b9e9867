internal import AWS
internal import HTTP
internal import JSON

/// The calls that we make of CloudWatch Logs, for operators
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
        /// Unlike that of any other event of the group.
        let id: String
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
        var found: [QueryDefinition] = []
        var next: String?
        for _ in 0..<100 {
            var question: [JSONValue.Member] = [.init("queryDefinitionNamePrefix", .string(prefix))]
            if let next { question.append(.init("nextToken", .string(next))) }
            let answer = try json.call("DescribeQueryDefinitions", .object(question))
            found += (answer["queryDefinitions"]?.array ?? []).map { definition in
                QueryDefinition(
                    name: definition["name"]?.string ?? "",
                    text: definition["queryString"]?.string ?? "",
                    groups: (definition["logGroupNames"]?.array ?? []).compactMap(\.string))
            }
            next = answer["nextToken"]?.string
            if next == nil { return found }
        }
        throw .undecodable(
            CallName("CloudWatchLogs", "DescribeQueryDefinitions"), reason: "the list does not end")
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
            throw .lacking("queryId", in: CallName("CloudWatchLogs", "StartQuery"))
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
