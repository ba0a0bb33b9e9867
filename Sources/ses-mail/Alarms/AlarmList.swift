internal import AWS
internal import JSON
internal import Mail

/// The alarms that belong to this deployment, and those of them that fire.
struct AlarmList {
    /// The alarms: first those that fire, then by name.
    let alarms: [CloudWatch.Alarm]

    init(_ alarms: [CloudWatch.Alarm]) {
        self.alarms = alarms.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
    }

    /// - Parameter isWhole: whether to include all alarms of the account and region.
    init(_ deployment: Deployment, isWhole: Bool = false) throws(AWSError) {
        let service = CloudWatch(deployment.session)
        if isWhole {
            self.init(try service.alarms(prefix: nil))
            return
        }
        var alarms: [CloudWatch.Alarm] = []
        for prefix in AlarmName.commonPrefixes { alarms += try service.alarms(prefix: prefix) }
        self.init(alarms.filter { AlarmName.isOurs($0.name, in: deployment.name.rawValue) })
    }

    var firing: [CloudWatch.Alarm] { alarms.filter(\.isFiring) }
    /// The alarms that notify nobody.
    var silent: [CloudWatch.Alarm] { alarms.filter(\.actions.isEmpty) }
}

extension CloudWatch.Alarm {
    var isFiring: Bool { state == "ALARM" }

    fileprivate var rank: Int {
        switch state {
        case "ALARM": 0
        case "OK": 1
        default: 2
        }
    }

    /// The colour in a table.
    var colour: Severity? {
        switch state {
        case "ALARM": .error
        case "OK": nil
        default: .note
        }
    }

    /// The name without the environment: its heading in OPERATIONS.md.
    func heading(in environment: EnvironmentName) -> String {
        AlarmName.heading(name, in: environment.rawValue)
    }

    /// `SESMail/prod GmailTokenInvalid`, or the expression of several metrics.
    var measure: String {
        if let name = json["MetricName"]?.string {
            return AlarmMetric(json, name: name).description
        }
        if let rule = json["AlarmRule"]?.string { return rule }
        let queries = json["Metrics"]?.array ?? []
        let parts = queries.compactMap { query -> String? in
            guard let metric = query["MetricStat"]?["Metric"],
                let name = metric["MetricName"]?.string
            else { return nil }
            return "\(query["Id"]?.string ?? "") = \(AlarmMetric(metric, name: name))"
        }.sorted()
        let expression = queries.compactMap { $0["Expression"]?.string }.joined(separator: ", ")
        return parts.isEmpty ? expression : "\(expression); \(parts.joined(separator: ", "))"
    }

    /// `> 5 for 1 × 5 min`
    var condition: String {
        let signs = [
            "GreaterThanThreshold": ">", "GreaterThanOrEqualToThreshold": "≥",
            "LessThanThreshold": "<", "LessThanOrEqualToThreshold": "≤",
        ]
        let comparison = json["ComparisonOperator"]?.string ?? ""
        let threshold = json["Threshold"]?.double ?? 0
        let number = Int(exactly: threshold).map { "\($0)" } ?? "\(threshold)"
        let count = json["EvaluationPeriods"]?.integer ?? 1
        let nested = (json["Metrics"]?.array ?? []).compactMap {
            $0["MetricStat"]?["Period"]?.integer
        }
        let seconds = json["Period"]?.integer ?? nested.first ?? 0
        let period = seconds.isMultiple(of: 60) ? "\(seconds / 60) min" : "\(seconds) s"
        return "\(signs[comparison] ?? comparison) \(number) for \(count) × \(period)"
    }
}

/// The metric that an alarm watches.
private struct AlarmMetric: CustomStringConvertible {
    let description: String

    init(_ json: JSONValue, name: String) {
        let dimensions = (json["Dimensions"]?.array ?? []).map { dimension in
            "\(dimension["Name"]?.string ?? "")=\(dimension["Value"]?.string ?? "")"
        }
        description = ([json["Namespace"]?.string ?? "", name] + dimensions).joined(separator: " ")
    }
}
