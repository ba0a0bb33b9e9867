internal import AWS
internal import HTTP
internal import JSON

/// How is an operation of a REST service called by an operator's command?
struct RESTService {
    let client: AWSClient
    let endpoint: String
    let name: String

    /// The answer's document.
    /// - Parameter target: the path, and the query where there is one, already percent-encoded.
    func get(_ operation: String, _ target: String) throws(AWSError) -> JSONValue {
        try client.read(HTTPRequest(.get, endpoint + target, name: CallName(name, operation)))
    }

    /// The same, with a document to send.
    func post(_ operation: String, _ target: String, _ input: JSONValue) throws(AWSError)
        -> JSONValue
    {
        try client.read(
            HTTPRequest(
                .post, endpoint + target, headers: ["Content-Type": "application/json"],
                body: HTTPBody(input.bytes), name: CallName(name, operation)))
    }
}

extension RESTService {
    /// A service at `https://{host}.{region}.amazonaws.com`, unless its endpoint is replaced.
    init(_ session: AWSSession, _ name: String, signingName: String, host: String, variable: String)
    {
        self.init(
            client: session.client(signingName: signingName),
            endpoint: session.endpointOverride(variable)
                ?? "https://\(host).\(session.region).amazonaws.com",
            name: name)
    }
}
