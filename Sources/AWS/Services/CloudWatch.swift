package import JSON

/// The call that we make of CloudWatch, in its JSON protocol
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/).
package struct CloudWatch {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "CloudWatch", host: "monitoring", variable: "CLOUDWATCH",
            targetPrefix: "GraniteServiceVersion20100801", version: .v1_0)
    }

    /// An alarm in its present state.
    package struct Alarm: Equatable, Sendable {
        package let name: String
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        package let state: String
        package let reason: String
        /// Epoch seconds.
        package let since: Int
        package let description: String
        /// The topics that it notifies; empty if actions are switched off.
        package let actions: [String]
        /// The whole answer.
        package let json: JSONValue

        package init(_ json: JSONValue) {
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

    /// All alarms whose name begins so, composite ones too (`DescribeAlarms`).
    package func alarms(prefix: String?) throws(AWSError) -> [Alarm] {
        try alarms(
            [.init("AlarmTypes", ["MetricAlarm", "CompositeAlarm"])]
                + (prefix.map { [.init("AlarmNamePrefix", .string($0))] } ?? []))
    }

    /// The metric alarms whose name begins so and that fire. Only who may describe all alarms is
    /// told of composite ones, so that these are not asked for.
    package func firingAlarms(prefix: String) throws(AWSError) -> [Alarm] {
        try alarms([
            .init("AlarmTypes", ["MetricAlarm"]), .init("AlarmNamePrefix", .string(prefix)),
            .init("StateValue", "ALARM"),
        ])
    }

    private func alarms(_ question: [JSONValue.Member]) throws(AWSError) -> [Alarm] {
        try json.pages("DescribeAlarms", question).all().flatMap { page in
            ["MetricAlarms", "CompositeAlarms"].flatMap { page[$0]?.array ?? [] }
        }.map(Alarm.init)
    }
}
