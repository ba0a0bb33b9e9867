internal import AWS
internal import JSON

/// The calls of CloudWatch that only an operator's commands make
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/).
extension CloudWatch {
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
}
