package import HTTP
package import JSON

/// The calls of a JSON service: one POST to `/`, the operation in `X-Amz-Target`
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html; 1.1 differs in its name).
package struct JSONProtocol {
    private let client: AWSClient
    package let endpoint: String
    private let service: String
    private let targetPrefix: String
    private let version: Version

    package enum Version: String {
        case v1_0 = "1.0"
        case v1_1 = "1.1"
    }

    /// - Parameters:
    ///   - service: the name of the service in traces and errors.
    ///   - targetPrefix: the text before the operation in `X-Amz-Target`, such as `AmazonSQS`.
    package init(
        client: AWSClient, endpoint: String, service: String, targetPrefix: String,
        version: Version
    ) {
        self.client = client
        self.endpoint = endpoint
        self.service = service
        self.targetPrefix = targetPrefix
        self.version = version
    }

    /// A service in the session's region.
    /// - Parameters:
    ///   - host: the first part of its name in DNS, for which calls are signed, too.
    ///   - variable: as in `AWSSession.endpoint`.
    package init(
        _ session: AWSSession, _ service: String, host: String, variable: String,
        targetPrefix: String, version: Version
    ) {
        self.init(
            client: session.client(signingName: host),
            endpoint: session.endpoint(host, variable: variable), service: service,
            targetPrefix: targetPrefix, version: version)
    }

    /// The answer; `isRepeatable` as in `HTTPRequest`.
    package func call(
        _ operation: String, _ input: JSONValue, isRepeatable: Bool = true
    ) throws(AWSError) -> AWSAnswer<JSONValue> {
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

    /// The pages of a list.
    /// - Parameters:
    ///   - token: the names of the member that leads to the next page, in the question and in the
    ///     answer.
    ///   - limit: the most pages that are read.
    ///   - beforeNext: runs before each page but the first is asked for.
    package func pages(
        _ operation: String, _ question: [JSONValue.Member],
        token: (asked: String, answered: String) = ("NextToken", "NextToken"),
        limit: Int = PageLimit.count, beforeNext: @escaping () -> Void = {}
    ) -> Pages<AWSAnswer<JSONValue>, JSONValue> {
        Pages(of: CallName(service, operation), limit: limit) { next throws(AWSError) in
            if next != nil { beforeNext() }
            let more = next.map { [JSONValue.Member(token.asked, $0)] } ?? []
            let answer = try call(operation, .object(question + more))
            return (answer, answer[token.answered].flatMap { $0 == .null || $0 == "" ? nil : $0 })
        }
    }
}

extension AWSClient {
    /// Sends a request whose answer is a JSON document.
    package func document(_ request: HTTPRequest) throws(AWSError) -> AWSAnswer<JSONValue> {
        let response = try send(request)
        do {
            return AWSAnswer(call: request.name, document: try JSONValue(parsing: response.body))
        } catch {
            throw .undecodable(request.name, reason: error.description)
        }
    }
}

extension AWSError {
    /// A successful answer in which a documented field is missing.
    package static func missing(_ field: String, in name: CallName) -> AWSError {
        .undecodable(name, reason: "there is no \(field)")
    }
}
