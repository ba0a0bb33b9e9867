internal import AWS
internal import JSON

/// The calls of CloudWatch Logs that only an operator's commands make
/// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/).
extension CloudWatchLogs {
    /// The days for which the events of a group are kept; nil for ever, or for an unknown group
    /// (`DescribeLogGroups`).
    func retentionDays(of group: String) throws(AWSError) -> Int? {
        let pages = json.pages(
            "DescribeLogGroups", [.init("logGroupNamePrefix", .string(group))],
            token: ("nextToken", "nextToken"))
        return try pages.all().flatMap { $0["logGroups"]?.array ?? [] }
            .first { $0["logGroupName"]?.string == group }?["retentionInDays"]?.integer
    }

    /// All events of a search; nil if there is no such group.
    func events(of search: Search) throws(AWSError) -> [Event]? {
        try AWSError.orNil("ResourceNotFoundException") { () throws(AWSError) in
            try pages(of: search).all().joined().sorted { $0.timestamp < $1.timestamp }
        }
    }
}

extension CloudWatchLogs.Search {
    /// - Parameter text: a text in the events, without quotation marks.
    static func mentioning(
        _ text: String, in group: String, _ range: TimeRange
    ) -> CloudWatchLogs.Search {
        CloudWatchLogs.Search(group: group, pattern: "\"\(text)\"", range: range)
    }
}

extension CloudWatchLogs {
    /// A saved query of Logs Insights.
    struct QueryDefinition: Equatable, Sendable {
        let name: String
        let text: String
        let groups: [String]
    }

    /// The result of a query so far.
    struct QueryResult: Equatable, Sendable {
        /// `Scheduled`, `Running`, `Complete`, `Failed`, `Cancelled`, `Timeout`, `Unknown`.
        let status: String
        /// The fields of each row, in the query's order.
        let rows: [[Field]]
    }

    struct Field: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// All saved queries whose name begins so (`DescribeQueryDefinitions`).
    func queryDefinitions(prefix: String) throws(AWSError) -> [QueryDefinition] {
        let pages = json.pages(
            "DescribeQueryDefinitions", [.init("queryDefinitionNamePrefix", .string(prefix))],
            token: ("nextToken", "nextToken"))
        return try pages.all().flatMap { $0["queryDefinitions"]?.array ?? [] }.map { definition in
            QueryDefinition(
                name: definition["name"]?.string ?? "",
                text: definition["queryString"]?.string ?? "",
                groups: (definition["logGroupNames"]?.array ?? []).compactMap(\.string))
        }
    }

    /// Starts a query and returns its id (`StartQuery`).
    func startQuery(_ text: String, in groups: [String], sinceSeconds: Int, untilSeconds: Int)
        throws(AWSError) -> String
    {
        try json.call(
            "StartQuery",
            [
                "logGroupNames": .array(groups.map { .string($0) }), "queryString": .string(text),
                "startTime": .integer(sinceSeconds), "endTime": .integer(untilSeconds),
            ]
        ).required("queryId", \.string)
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
