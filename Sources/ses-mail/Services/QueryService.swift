internal import AWS
internal import HTTP
internal import JSON
internal import Text

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

    /// The answer's document.
    func call(
        _ operation: String, _ parameters: [(name: String, value: String)] = []
    ) throws(AWSError) -> [UInt8] {
        let pairs = [("Action", operation), ("Version", version)] + parameters
        return try client.send(
            HTTPRequest(
                .post, "\(endpoint)/",
                headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
                body: HTTPBody(PercentEncoding.form(pairs)),
                name: CallName(name, operation))
        ).body
    }
}
