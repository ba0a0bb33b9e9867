internal import HTTP
internal import JSON

/// How is an operation of a query service called? A form in, XML out
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
        let form = pairs.map { "\(PercentEncoding.encode($0))=\(PercentEncoding.encode($1))" }
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: HTTPBody(form.joined(separator: "&")), name: CallName(service, operation))
        request.isRepeatable = isRepeatable
        return try client.send(request).body
    }
}
