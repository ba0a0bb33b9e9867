package import HTTP
package import JSON

/// The calls of a REST service whose documents are JSON
/// (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html).
package struct RESTProtocol {
    package let client: AWSClient
    package let endpoint: String
    private let service: String

    /// A service in the session's region.
    /// - Parameters:
    ///   - host: the first part of its name in DNS.
    ///   - signingName: the name that calls are signed for; the host where none is given.
    ///   - variable: as in `AWSSession.endpoint`.
    package init(
        _ session: AWSSession, _ service: String, host: String, signingName: String? = nil,
        variable: String
    ) {
        client = session.client(signingName: signingName ?? host)
        endpoint = session.endpoint(host, variable: variable)
        self.service = service
    }

    /// The answer to a question.
    /// - Parameter target: the path, and the query where there is one, already percent-encoded.
    package func get(
        _ operation: String, _ target: String
    ) throws(AWSError) -> AWSAnswer<JSONValue> {
        try client.document(
            HTTPRequest(.get, endpoint + target, name: CallName(service, operation)))
    }

    /// The answer to a document.
    package func post(
        _ operation: String, _ target: String, _ input: JSONValue
    ) throws(AWSError) -> AWSAnswer<JSONValue> {
        try client.document(request(operation, target, input.bytes))
    }

    /// A request with a document, to be sent in a way of its own.
    package func request(
        _ operation: String, _ target: String, _ document: [UInt8]
    ) -> HTTPRequest {
        HTTPRequest(
            .post, endpoint + target, headers: ["Content-Type": "application/json"],
            body: HTTPBody(document), name: CallName(service, operation))
    }
}
