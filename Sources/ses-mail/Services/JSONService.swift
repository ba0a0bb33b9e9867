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

    /// The documents of all pages of a list.
    /// - Parameters:
    ///   - token: what the service calls the next page, in the question and in the answer.
    ///   - limit: of pages; a longer list is an error.
    func pages(
        _ operation: String, _ question: [JSONValue.Member],
        token: (asked: String, answered: String) = ("NextToken", "NextToken"), limit: Int = 200
    ) throws(AWSError) -> [JSONValue] {
        var pages: [JSONValue] = []
        var next: JSONValue?
        for _ in 0..<limit {
            let more = next.map { [JSONValue.Member(token.asked, $0)] } ?? []
            let answer = try call(operation, .object(question + more))
            pages.append(answer)
            next = answer[token.answered]
            if next == nil || next == .null { return pages }
        }
        throw .endless(CallName(name, operation))
    }
}

extension JSONService {
    /// - Parameters:
    ///   - host: the name for which calls are signed, too.
    ///   - variable: as in `AWSSession.endpoint`.
    init(
        _ session: AWSSession, _ name: String, host: String, variable: String,
        targetPrefix: String, version: String
    ) {
        self.init(
            client: session.client(signingName: host),
            endpoint: session.endpoint(host, variable: variable), name: name,
            targetPrefix: targetPrefix, version: version)
    }
}
