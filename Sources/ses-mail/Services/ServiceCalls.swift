internal import AWS
internal import HTTP
internal import JSON

/// How is an operation of a JSON service called by an operator's command?
///
/// Apart from the functions' own `JSONProtocol`: what only this program calls is in no bootstrap.
struct JSONService {
    let client: AWSClient
    let endpoint: String
    let name: String
    /// `AmazonSQS`: what stands before the operation in `X-Amz-Target`.
    let targetPrefix: String
    /// `1.0` or `1.1`.
    let version: String

    /// The answer's document; `isRepeatable` as in `HTTPRequest`.
    func call(
        _ operation: String, _ input: JSONValue, isRepeatable: Bool = true
    ) throws(AWSError) -> JSONValue {
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: [
                "Content-Type": "application/x-amz-json-\(version)",
                "X-Amz-Target": "\(targetPrefix).\(operation)",
            ],
            body: HTTPBody(input.bytes), name: CallName(name, operation))
        request.isRepeatable = isRepeatable
        return try client.read(request)
    }
}

extension AWSClient {
    /// The answer's document.
    func read(_ request: HTTPRequest) throws(AWSError) -> JSONValue {
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
    static func lacking(_ field: String, in name: CallName) -> AWSError {
        .undecodable(name, reason: "there is no \(field)")
    }
}
