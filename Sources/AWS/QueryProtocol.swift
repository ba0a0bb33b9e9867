internal import HTTP
internal import JSON
internal import Text

/// The calls of a query service: a form is sent, and XML comes back
/// (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
struct QueryProtocol {
    let client: AWSClient
    let endpoint: String
    let service: String
    let version: String

    /// The answer's document.
    func call(
        _ operation: String, _ parameters: [(name: String, value: String)],
        isRepeatable: Bool = true
    ) throws(AWSError) -> [UInt8] {
        let pairs = [("Action", operation), ("Version", version)] + parameters
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: HTTPBody(PercentEncoding.form(pairs)), name: CallName(service, operation))
        request.isRepeatable = isRepeatable
        return try client.send(request).body
    }
}
