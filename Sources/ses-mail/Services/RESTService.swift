internal import AWS
internal import HTTP
internal import JSON

/// The calls of a REST service, for operators.
struct RESTService {
    let client: AWSClient
    let endpoint: String
    let name: String

    /// The answer's document.
    /// - Parameter target: the path, and the query where there is one, already percent-encoded.
    func get(_ operation: String, _ target: String) throws(AWSError) -> JSONValue {
        try client.document(HTTPRequest(.get, endpoint + target, name: CallName(name, operation)))
    }

    /// The same, with a document to send.
    func post(_ operation: String, _ target: String, _ input: JSONValue) throws(AWSError)
        -> JSONValue
    {
        try client.document(request(operation, target, input.bytes))
    }

    /// A call with a document, to be sent in a way of its own.
    func request(_ operation: String, _ target: String, _ document: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            .post, endpoint + target, headers: ["Content-Type": "application/json"],
            body: HTTPBody(document), name: CallName(name, operation))
    }
}

extension RESTService {
    /// - Parameters:
    ///   - signingName: the host where none is given.
    ///   - variable: as in `AWSSession.endpoint`.
    init(
        _ session: AWSSession, _ name: String, host: String, signingName: String? = nil,
        variable: String
    ) {
        self.init(
            client: session.client(signingName: signingName ?? host),
            endpoint: session.endpoint(host, variable: variable), name: name)
    }
}
