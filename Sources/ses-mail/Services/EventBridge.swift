internal import AWS
internal import JSON

/// The calls of EventBridge, for operators
/// (https://docs.aws.amazon.com/eventbridge/latest/APIReference/).
struct EventBridge {
    private let json: JSONProtocol

    init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "EventBridge", host: "events", variable: "EVENTBRIDGE",
            targetPrefix: "AWSEvents", version: .v1_1)
    }

    struct Rule: Equatable, Sendable {
        let name: String
        /// `ENABLED` or `DISABLED`.
        let state: String
        /// JSON; empty if there is none.
        let pattern: String
    }

    struct Target: Equatable, Sendable {
        let arn: String
        let deadLetterArn: String?
        let maximumRetries: Int?
        let maximumAgeSeconds: Int?
    }

    /// The names of all buses (`ListEventBuses`).
    func buses() throws(AWSError) -> [String] {
        try list("ListEventBuses", [], "EventBuses").compactMap { $0["Name"]?.string }
    }

    /// `ListRules`
    func rules(on bus: String) throws(AWSError) -> [Rule] {
        try list("ListRules", [.init("EventBusName", .string(bus))], "Rules").map { rule in
            Rule(
                name: rule["Name"]?.string ?? "", state: rule["State"]?.string ?? "",
                pattern: rule["EventPattern"]?.string ?? "")
        }
    }

    /// `ENABLED` or `DISABLED`; nil if there is no such rule, or no such bus (`DescribeRule`).
    func state(of rule: String, on bus: String) throws(AWSError) -> String? {
        try AWSError.orNil("ResourceNotFoundException") { () throws(AWSError) in
            try json.call("DescribeRule", ["Name": .string(rule), "EventBusName": .string(bus)])
        }?["State"]?.string
    }

    /// `ListTargetsByRule`
    func targets(of rule: String, on bus: String) throws(AWSError) -> [Target] {
        let question: [JSONValue.Member] = [
            .init("Rule", .string(rule)), .init("EventBusName", .string(bus)),
        ]
        return try list("ListTargetsByRule", question, "Targets").map { target in
            let retry = target["RetryPolicy"]
            return Target(
                arn: target["Arn"]?.string ?? "",
                deadLetterArn: target["DeadLetterConfig"]?["Arn"]?.string,
                maximumRetries: retry?["MaximumRetryAttempts"]?.integer,
                maximumAgeSeconds: retry?["MaximumEventAgeInSeconds"]?.integer)
        }
    }

    /// The bus's answer about an event.
    enum PutAnswer: Equatable, Sendable {
        case taken(eventID: String)
        case refused(code: String, message: String)
    }

    /// Puts one event (`PutEvents`); a successful answer may still refuse it. Not repeated where
    /// the bus may have taken it.
    func put(source: String, detailType: String, detail: String, on bus: String)
        throws(AWSError) -> PutAnswer
    {
        let entry: JSONValue = [
            "Source": .string(source), "DetailType": .string(detailType),
            "Detail": .string(detail), "EventBusName": .string(bus),
        ]
        let answer = try json.call("PutEvents", ["Entries": [entry]], isRepeatable: false)
        guard let failed = answer["FailedEntryCount"]?.integer,
            let result = answer["Entries"]?.array?.first
        else { throw answer.missing("FailedEntryCount") }
        if failed > 0 {
            return .refused(
                code: result["ErrorCode"]?.string ?? "unknown",
                message: result["ErrorMessage"]?.string ?? "")
        }
        guard let id = result["EventId"]?.string else { throw answer.missing("EventId") }
        return .taken(eventID: id)
    }

    private func list(_ operation: String, _ question: [JSONValue.Member], _ name: String)
        throws(AWSError) -> [JSONValue]
    {
        try json.pages(operation, question).all().flatMap { $0[name]?.array ?? [] }
    }
}
