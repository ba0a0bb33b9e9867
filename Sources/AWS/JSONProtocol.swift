internal import HTTP
internal import JSON

/// How is an operation of a JSON service called? One POST to `/`, the operation in `X-Amz-Target`
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html; 1.1 differs in its name).
struct JSONProtocol {
    let client: AWSClient
    let endpoint: String
    let service: String
    let targetPrefix: String
    let version: Version

    enum Version: String {
        case v1_0 = "1.0"
        case v1_1 = "1.1"
    }

    /// The answer's document; `isRepeatable` as in `HTTPRequest`.
    func call(
        _ operation: String, _ input: JSONValue, isRepeatable: Bool = true
    ) throws(AWSError) -> JSONValue {
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: [
                "Content-Type": "application/x-amz-json-\(version.rawValue)",
                "X-Amz-Target": "\(targetPrefix).\(operation)",
            ],
            body: HTTPBody(input.bytes), name: CallName(service, operation))
        request.isRepeatable = isRepeatable
        return try client.document(request)
    }
}

extension AWSClient {
    /// Sends a request that is answered in JSON.
    func document(_ request: HTTPRequest) throws(AWSError) -> JSONValue {
        let response = try send(request)
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .undecodable(request.name, reason: error.description)
        }
    }
}

extension AWSError {
    /// A successful answer in which a documented field is missing.
    static func missing(_ field: String, in name: CallName) -> AWSError {
        .undecodable(name, reason: "there is no \(field)")
    }
}
