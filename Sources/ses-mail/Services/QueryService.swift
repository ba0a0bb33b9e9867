internal import AWS
internal import HTTP

/// The calls of a service that answers in XML, for operators.
struct QueryService {
    let client: AWSClient
    let endpoint: String
    let name: String
    let version: String

    init(
        _ session: AWSSession, _ name: String, host: String, signingName: String, version: String
    ) {
        client = session.client(signingName: signingName)
        endpoint = session.endpoint(host, variable: name)
        self.name = name
        self.version = version
    }

    /// The answer's document; for an operation without parameters.
    func call(_ operation: String) throws(AWSError) -> [UInt8] {
        try client.send(
            HTTPRequest(
                .post, "\(endpoint)/",
                headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
                body: HTTPBody("Action=\(operation)&Version=\(version)"),
                name: CallName(name, operation))
        ).body
    }
}
