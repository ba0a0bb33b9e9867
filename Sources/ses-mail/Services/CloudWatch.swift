internal import AWS
internal import JSON

/// The calls of CloudWatch, for operators, in its JSON protocol
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/).
struct CloudWatch {
    private let json: JSONProtocol

    init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "CloudWatch", host: "monitoring", variable: "CLOUDWATCH",
            targetPrefix: "GraniteServiceVersion20100801", version: .v1_0)
    }

    /// The count of a period.
    struct Point: Equatable, Sendable {
        /// Epoch seconds of the period's beginning.
        let time: Int
        let sum: Double
    }

    /// A metric, and the statistic that is asked for.
    struct Metric {
        let namespace: String
        let name: String
        var dimensions: KeyValuePairs<String, String> = [:]
        /// `Sum`, `Average`, …
        var statistic = "Sum"

        fileprivate func json(periodSeconds: Int) -> JSONValue {
            [
                "Metric": [
                    "Namespace": .string(namespace), "MetricName": .string(name),
                    "Dimensions": .array(
                        dimensions.map { ["Name": .string($0.key), "Value": .string($0.value)] }),
                ],
                "Period": .integer(periodSeconds), "Stat": .string(statistic),
            ]
        }
    }

    /// The sums of metrics without dimensions, by name, oldest period first.
    func sums(
        of names: [String], in namespace: String, from start: Int, to end: Int, periodSeconds: Int
    ) throws(AWSError) -> [String: [Point]] {
        let found = try points(
            of: names.map { Metric(namespace: namespace, name: $0) }, from: start, to: end,
            periodSeconds: periodSeconds)
        return Dictionary(zip(names, found), uniquingKeysWith: { $0 + $1 })
            .filter { !$0.value.isEmpty }
    }

    /// The sum of each metric over whole days, in their order.
    func totals(of metrics: [Metric], from start: Int, to end: Int) throws(AWSError) -> [Double] {
        try points(of: metrics, from: start, to: end, periodSeconds: 86_400)
            .map { $0.reduce(0) { $0 + $1.sum } }
    }

    /// The points of each metric, oldest first, in the metrics' order (`GetMetricData`).
    /// - Parameter metrics: five hundred at most.
    private func points(
        of metrics: [Metric], from start: Int, to end: Int, periodSeconds: Int
    ) throws(AWSError) -> [[Point]] {
        let queries = metrics.enumerated().map { index, metric in
            JSONValue.object([
                .init("Id", .string("m\(index)")),
                .init("MetricStat", metric.json(periodSeconds: periodSeconds)),
            ])
        }
        let question: [JSONValue.Member] = [
            .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
            .init("MetricDataQueries", .array(queries)), .init("ScanBy", "TimestampAscending"),
        ]
        var points = metrics.map { _ in [Point]() }
        for result in try json.pages("GetMetricData", question).all()
            .flatMap({ $0["MetricDataResults"]?.array ?? [] })
        {
            guard let index = result["Id"]?.string.flatMap({ Int($0.dropFirst()) }),
                points.indices.contains(index)
            else { continue }
            let times = (result["Timestamps"]?.array ?? []).compactMap(\.double)
            let values = (result["Values"]?.array ?? []).compactMap(\.double)
            points[index] += zip(times, values).map { Point(time: Int($0), sum: $1) }
        }
        return points
    }

    /// The names of the dashboards that begin so (`ListDashboards`).
    func dashboards(prefix: String) throws(AWSError) -> [String] {
        try json.pages("ListDashboards", [.init("DashboardNamePrefix", .string(prefix))]).all()
            .flatMap { $0["DashboardEntries"]?.array ?? [] }
            .compactMap { $0["DashboardName"]?.string }
    }

    /// An alarm in its present state.
    struct Alarm: Equatable, Sendable {
        let name: String
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        let state: String
        let reason: String
        /// Epoch seconds.
        let since: Int
        let description: String
        /// The topics that it notifies; empty if actions are switched off.
        let actions: [String]
        /// The whole answer.
        let json: JSONValue
    }

    /// All alarms whose name begins so, composite ones too (`DescribeAlarms`).
    func alarms(prefix: String?) throws(AWSError) -> [Alarm] {
        var question: [JSONValue.Member] = [
            .init("AlarmTypes", ["MetricAlarm", "CompositeAlarm"])
        ]
        if let prefix { question.append(.init("AlarmNamePrefix", .string(prefix))) }
        return try json.pages("DescribeAlarms", question).all().flatMap { page in
            ["MetricAlarms", "CompositeAlarms"].flatMap { page[$0]?.array ?? [] }
        }.map(Alarm.init)
    }
}

extension CloudWatch.Alarm {
    fileprivate init(_ json: JSONValue) {
        name = json["AlarmName"]?.string ?? ""
        state = json["StateValue"]?.string ?? ""
        reason = json["StateReason"]?.string ?? ""
        since = json["StateUpdatedTimestamp"]?.double.map { Int($0) } ?? 0
        description = json["AlarmDescription"]?.string ?? ""
        let isTelling = json["ActionsEnabled"]?.bool ?? true
        actions = isTelling ? (json["AlarmActions"]?.array ?? []).compactMap(\.string) : []
        self.json = json
    }
}
