internal import AWS
internal import HTTP
internal import JSON

/// The calls that we make of Lambda, for operators
/// (https://docs.aws.amazon.com/lambda/latest/api/).
struct LambdaService {
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        client = session.client(signingName: "lambda")
        endpoint =
            session.endpointOverride("LAMBDA") ?? "https://lambda.\(session.region).amazonaws.com"
    }

    /// What feeds a function.
    struct Mapping: Equatable, Sendable {
        let source: String
        /// `Enabled`, `Disabled`, `Creating`, …
        let state: String
        let batchSize: Int?
        let maximumConcurrency: Int?
        let failureDestination: String?
    }

    /// None where there is no such function (`ListEventSourceMappings`).
    func mappings(of function: String) throws(AWSError) -> [Mapping] {
        var mappings: [Mapping] = []
        var query = PercentEncoding.form(["FunctionName": function])
        for _ in 0..<100 {
            let request = HTTPRequest(
                .get, "\(endpoint)/2015-03-31/event-source-mappings?\(query)",
                name: CallName("Lambda", "ListEventSourceMappings"))
            let answer: JSONValue
            do {
                answer = try client.read(request)
            } catch  where error.code == "ResourceNotFoundException" {
                return []
            }
            mappings += (answer["EventSourceMappings"]?.array ?? []).map(Mapping.init)
            guard let marker = answer["NextMarker"]?.string, !marker.isEmpty else {
                return mappings
            }
            query = PercentEncoding.form(["FunctionName": function, "Marker": marker])
        }
        throw .undecodable(
            CallName("Lambda", "ListEventSourceMappings"), reason: "the list does not end")
    }

    /// What a function answered, as bytes, and whether it is an error of the function's own.
    struct Answer: Equatable, Sendable {
        let bytes: [UInt8]
        let isError: Bool
    }

    /// Runs a function and waits for its end (`Invoke`). Not repeated: it may have run.
    func invoke(_ function: String, _ payload: [UInt8], timeoutSeconds: Double)
        throws(AWSError) -> Answer
    {
        var request = HTTPRequest(
            .post,
            "\(endpoint)/2015-03-31/functions/\(PercentEncoding.encode(function))/invocations",
            headers: ["Content-Type": "application/json"], body: HTTPBody(payload),
            name: CallName("Lambda", "Invoke"))
        request.isRepeatable = false
        request.timeoutSeconds = timeoutSeconds
        let response = try client.send(request)
        return Answer(
            bytes: response.body, isError: response.headers["X-Amz-Function-Error"] != nil)
    }
}

extension LambdaService.Mapping {
    fileprivate init(_ json: JSONValue) {
        source = json["EventSourceArn"]?.string ?? ""
        state = json["State"]?.string ?? ""
        batchSize = json["BatchSize"]?.integer
        maximumConcurrency = json["ScalingConfig"]?["MaximumConcurrency"]?.integer
        failureDestination =
            json["DestinationConfig"]?["OnFailure"]?["Destination"]?.string
    }
}
