internal import AWS
internal import JSON

/// The calls that we make of CloudWatch, for operators, in its JSON protocol
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/).
struct CloudWatch {
    private let json: JSONService

    init(_ session: AWSSession) {
        json = JSONService(
            session, "CloudWatch", host: "monitoring", variable: "CLOUDWATCH",
            targetPrefix: "GraniteServiceVersion20100801", version: .v1_0)
    }

    /// What was counted in a period.
    struct Point: Equatable, Sendable {
        /// Epoch seconds of the period's beginning.
        let time: Int
        let sum: Double
    }

    /// The sums of metrics without dimensions, by name, oldest period first (`GetMetricData`).
    /// - Parameter names: five hundred at most.
    func sums(
        of names: [String], in namespace: String, from start: Int, to end: Int, periodSeconds: Int
    ) throws(AWSError) -> [String: [Point]] {
        let queries = names.enumerated().map { index, name in
            JSONValue.object([
                .init("Id", .string("m\(index)")),
                .init(
                    "MetricStat",
                    [
                        "Metric": ["Namespace": .string(namespace), "MetricName": .string(name)],
                        "Period": .integer(periodSeconds), "Stat": "Sum",
                    ]),
            ])
        }
        var points: [String: [Point]] = [:]
        let question: [JSONValue.Member] = [
            .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
            .init("MetricDataQueries", .array(queries)), .init("ScanBy", "TimestampAscending"),
        ]
        for result in try json.pages("GetMetricData", question).all()
            .flatMap({ $0["MetricDataResults"]?.array ?? [] })
        {
            guard let id = result["Id"]?.string, let index = Int(id.dropFirst()),
                names.indices.contains(index)
            else { continue }
            let times = (result["Timestamps"]?.array ?? []).compactMap(\.double)
            let values = (result["Values"]?.array ?? []).compactMap(\.double)
            points[names[index], default: []] += zip(times, values).map {
                Point(time: Int($0), sum: $1)
            }
        }
        return points
    }

    /// A metric, and what is made of its values.
    struct Metric {
        let namespace: String
        let name: String
        let dimensions: KeyValuePairs<String, String>
        /// `Sum`, `Average`, …
        var statistic = "Sum"

        fileprivate var json: JSONValue {
            [
                "Metric": [
                    "Namespace": .string(namespace), "MetricName": .string(name),
                    "Dimensions": .array(
                        dimensions.map { ["Name": .string($0.key), "Value": .string($0.value)] }),
                ],
                "Period": 86_400, "Stat": .string(statistic),
            ]
        }
    }

    /// The sum of each metric over whole days, in their order (`GetMetricData`).
    /// - Parameter metrics: five hundred at most.
    func totals(of metrics: [Metric], from start: Int, to end: Int) throws(AWSError) -> [Double] {
        let queries = metrics.enumerated().map { index, metric in
            JSONValue.object([
                .init("Id", .string("m\(index)")), .init("MetricStat", metric.json),
            ])
        }
        let question: [JSONValue.Member] = [
            .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
            .init("MetricDataQueries", .array(queries)),
        ]
        var totals = metrics.map { _ in 0.0 }
        for result in try json.pages("GetMetricData", question).all()
            .flatMap({ $0["MetricDataResults"]?.array ?? [] })
        {
            guard let index = result["Id"]?.string.flatMap({ Int($0.dropFirst()) }),
                totals.indices.contains(index)
            else { continue }
            totals[index] += (result["Values"]?.array ?? []).compactMap(\.double).reduce(0, +)
        }
        return totals
    }

    /// The names of the dashboards that begin so (`ListDashboards`).
    func dashboards(prefix: String) throws(AWSError) -> [String] {
        try json.pages("ListDashboards", [.init("DashboardNamePrefix", .string(prefix))]).all()
            .flatMap { $0["DashboardEntries"]?.array ?? [] }
            .compactMap { $0["DashboardName"]?.string }
    }

    /// An alarm as it stands now.
    struct Alarm: Equatable, Sendable {
        let name: String
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        let state: String
        let reason: String
        /// Epoch seconds.
        let since: Int
        let description: String
        /// Who is told when it rings; empty where actions are switched off.
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
