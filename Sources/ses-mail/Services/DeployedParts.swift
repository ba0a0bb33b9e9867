internal import AWS
internal import HTTP
internal import JSON

/// How do the parts stand that Terraform has deployed, and that run?
struct DeployedParts {
    private let lambda: RESTService
    private let pipes: RESTService
    private let events: JSONService

    init(_ session: AWSSession) {
        lambda = RESTService(
            session, "Lambda", signingName: "lambda", host: "lambda", variable: "LAMBDA")
        pipes = RESTService(
            session, "Pipes", signingName: "pipes", host: "pipes", variable: "PIPES")
        events = JSONService(
            client: session.client(signingName: "events"),
            endpoint: session.endpointOverride("EVENTBRIDGE")
                ?? "https://events.\(session.region).amazonaws.com",
            name: "EventBridge", targetPrefix: "AWSEvents", version: "1.1")
    }

    /// A function as Lambda has it.
    struct Function: Equatable, Sendable {
        /// `Active`, `Pending`, `Inactive` or `Failed`.
        var state = ""
        /// `Successful`, `InProgress` or `Failed`.
        var lastUpdate = ""
        /// Why it is not as it should be; empty where it is.
        var reason = ""
        var runtime = ""
        var architecture = ""
    }

    /// nil where there is none
    /// (https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html).
    func function(_ name: String) throws(AWSError) -> Function? {
        let answer: JSONValue
        do {
            answer = try lambda.get(
                "GetFunctionConfiguration",
                "/2015-03-31/functions/\(PercentEncoding.encode(name))/configuration")
        } catch  where error.code == "ResourceNotFoundException" {
            return nil
        }
        return Function(
            state: answer["State"]?.string ?? "",
            lastUpdate: answer["LastUpdateStatus"]?.string ?? "",
            reason: (answer["StateReason"] ?? answer["LastUpdateStatusReason"])?.string ?? "",
            runtime: answer["Runtime"]?.string ?? "",
            architecture: answer["Architectures"]?.array?.first?.string ?? "")
    }

    /// What feeds a function.
    struct Mapping: Equatable, Sendable {
        let id: String
        /// Its name.
        let function: String
        /// The ARN of a queue, or of a table's stream.
        let source: String
        /// `Enabled`, `Disabled`, `Creating`, …
        let state: String
        /// What became of the last batch of a stream; empty where nothing is told.
        let lastResult: String
    }

    /// All mappings of the region
    /// (https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html).
    func mappings() throws(AWSError) -> [Mapping] {
        var mappings: [Mapping] = []
        var query = ""
        for _ in 0..<100 {
            let answer = try lambda.get(
                "ListEventSourceMappings", "/2015-03-31/event-source-mappings\(query)")
            mappings += (answer["EventSourceMappings"]?.array ?? []).map { mapping in
                Mapping(
                    id: mapping["UUID"]?.string ?? "",
                    function: String(
                        mapping["FunctionArn"]?.string?.split(separator: ":").dropFirst(6).first
                            ?? ""),
                    source: mapping["EventSourceArn"]?.string ?? "",
                    state: mapping["State"]?.string ?? "",
                    lastResult: mapping["LastProcessingResult"]?.string ?? "")
            }
            guard let marker = answer["NextMarker"]?.string, !marker.isEmpty else {
                return mappings
            }
            query = "?" + PercentEncoding.form(["Marker": marker])
        }
        throw .undecodable(
            CallName("Lambda", "ListEventSourceMappings"), reason: "the list does not end")
    }

    struct Pipe: Equatable, Sendable {
        /// `RUNNING`, `STOPPED`, `STARTING`, …
        let state: String
        /// Why it is so; empty where AWS says nothing.
        let reason: String
    }

    /// nil where there is none
    /// (https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html).
    func pipe(_ name: String) throws(AWSError) -> Pipe? {
        do {
            let answer = try pipes.get("DescribePipe", "/v1/pipes/\(PercentEncoding.encode(name))")
            return Pipe(
                state: answer["CurrentState"]?.string ?? "",
                reason: answer["StateReason"]?.string ?? "")
        } catch  where error.code == "NotFoundException" {
            return nil
        }
    }

    /// `ENABLED` or `DISABLED`; nil where there is no such rule, or no such bus
    /// (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html).
    func ruleState(_ name: String, bus: String) throws(AWSError) -> String? {
        do {
            return try events.call(
                "DescribeRule", ["Name": .string(name), "EventBusName": .string(bus)])["State"]?
                .string
        } catch  where error.code == "ResourceNotFoundException" {
            return nil
        }
    }
}
