internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The calls of Lambda, for operators
/// (https://docs.aws.amazon.com/lambda/latest/api/).
struct LambdaService {
    private let rest: RESTProtocol

    init(_ session: AWSSession) {
        rest = RESTProtocol(session, "Lambda", host: "lambda", variable: "LAMBDA")
    }

    /// A function as Lambda describes it.
    struct Function: Equatable, Sendable {
        /// `Active`, `Pending`, `Inactive` or `Failed`.
        var state = ""
        /// `Successful`, `InProgress` or `Failed`.
        var lastUpdate = ""
        /// The reason for its state; empty if it is as it should be.
        var reason = ""
        var runtime = ""
        var architecture = ""
        /// The memory in MB.
        var memory: Int?
        /// Whether it starts traces itself.
        var isTraced = false
        /// Its environment variables.
        var variables: [String: String] = [:]
        /// The ARN of its role.
        var role = ""
    }

    /// nil if there is none of that name (`GetFunctionConfiguration`).
    func function(_ name: String) throws(AWSError) -> Function? {
        try AWSError.orNil(LambdaService.missing) { () throws(AWSError) in
            try rest.get(
                "GetFunctionConfiguration", LambdaService.path(of: name) + "/configuration")
        }.map { Function($0.document) }
    }

    /// An event source of a function.
    struct Mapping: Equatable, Sendable {
        var id = ""
        /// The ARN of a queue, or of a table's stream.
        var source = ""
        /// `Enabled`, `Disabled`, `Creating`, …
        var state = ""
        /// The result of the last batch of a stream; empty if it is not known.
        var lastResult = ""
        var batchSize: Int?
        var maximumConcurrency: Int?
        var failureDestination: String?
    }

    /// The event sources; empty if there is no such function (`ListEventSourceMappings`).
    func mappings(of function: String) throws(AWSError) -> [Mapping] {
        let operation = "ListEventSourceMappings"
        let pages = try AWSError.orNil(LambdaService.missing) { () throws(AWSError) in
            try Pages(of: CallName("Lambda", operation)) { (marker: String?) throws(AWSError) in
                let more = marker.map { "&" + PercentEncoding.form(["Marker": $0]) } ?? ""
                let query = PercentEncoding.form(["FunctionName": function]) + more
                let answer = try rest.get(operation, "/2015-03-31/event-source-mappings?\(query)")
                let next = answer["NextMarker"]?.string
                return (answer, next?.isEmpty == true ? nil : next)
            }.all()
        }
        return (pages ?? []).flatMap { $0["EventSourceMappings"]?.array ?? [] }.map(Mapping.init)
    }

    /// A function's answer as bytes, and whether it is an error of the function itself.
    struct Answer: Equatable, Sendable {
        let bytes: [UInt8]
        let isError: Bool
    }

    /// Runs a function and waits for its end (`Invoke`). Not repeated: it may have run.
    func invoke(_ function: String, _ payload: [UInt8], timeoutSeconds: Double)
        throws(AWSError) -> Answer
    {
        var request = rest.request(
            "Invoke", LambdaService.path(of: function) + "/invocations", payload)
        request.isRepeatable = false
        request.timeoutSeconds = timeoutSeconds
        let response = try rest.client.send(request)
        return Answer(
            bytes: response.body, isError: response.headers["X-Amz-Function-Error"] != nil)
    }

    /// The error code for a function that does not exist.
    private static let missing = "ResourceNotFoundException"

    private static func path(of function: String) -> String {
        "/2015-03-31/functions/\(PercentEncoding.encode(function))"
    }
}

extension LambdaService.Function {
    fileprivate init(_ json: JSONValue) {
        state = json["State"]?.string ?? ""
        lastUpdate = json["LastUpdateStatus"]?.string ?? ""
        reason = (json["StateReason"] ?? json["LastUpdateStatusReason"])?.string ?? ""
        runtime = json["Runtime"]?.string ?? ""
        architecture = json["Architectures"]?.array?.first?.string ?? ""
        memory = json["MemorySize"]?.integer
        isTraced = json["TracingConfig"]?["Mode"]?.string == "Active"
        let members = json["Environment"]?["Variables"]?.members ?? []
        role = json["Role"]?.string ?? ""
        variables = Dictionary(
            members.compactMap { member in member.value.string.map { (member.name, $0) } },
            uniquingKeysWith: { $1 })
    }
}

extension LambdaService.Mapping {
    fileprivate init(_ json: JSONValue) {
        id = json["UUID"]?.string ?? ""
        source = json["EventSourceArn"]?.string ?? ""
        state = json["State"]?.string ?? ""
        lastResult = json["LastProcessingResult"]?.string ?? ""
        batchSize = json["BatchSize"]?.integer
        maximumConcurrency = json["ScalingConfig"]?["MaximumConcurrency"]?.integer
        failureDestination = json["DestinationConfig"]?["OnFailure"]?["Destination"]?.string
    }
}
