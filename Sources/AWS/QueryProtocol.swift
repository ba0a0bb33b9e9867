internal import HTTP
internal import JSON
internal import Text

/// The calls of a query service: a form is sent, and XML comes back
/// (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
package struct QueryProtocol {
    let client: AWSClient
    let endpoint: String
    let service: String
    let version: String

    /// The answer; `isRepeatable` as in `HTTPRequest`.
    /// - Throws: `AWSError.undecodable` for a success that is not this operation's, such as a
    ///   proxy's page or an empty body.
    package func call(
        _ operation: String, _ parameters: [(name: String, value: String)] = [],
        isRepeatable: Bool = true
    ) throws(AWSError) -> AWSAnswer<[UInt8]> {
        let pairs = [("Action", operation), ("Version", version)] + parameters
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: HTTPBody(PercentEncoding.form(pairs)), name: CallName(service, operation))
        request.isRepeatable = isRepeatable
        let answer = AWSAnswer(call: request.name, document: try client.send(request).body)
        let root = "\(operation)Response"
        guard XMLText.isElement(root, answer.document) else { throw answer.missing(root) }
        return answer
    }

    /// The pages of a list.
    /// - Parameter token: the name of the element that leads to the next page, and of the parameter
    ///   that asks for it.
    package func pages(
        _ operation: String, _ parameters: [(name: String, value: String)], token: String
    ) -> Pages<AWSAnswer<[UInt8]>, String> {
        Pages(of: CallName(service, operation)) { next throws(AWSError) in
            let answer = try call(operation, parameters + (next.map { [(token, $0)] } ?? []))
            // Without it the list would read as an empty one.
            let result = "\(operation)Result"
            guard answer[result] != nil else { throw answer.missing(result) }
            let following = answer[token]
            return (answer, following?.isEmpty == true ? nil : following)
        }
    }
}

extension QueryProtocol {
    /// A service in the session's region.
    /// - Parameter host: the first part of its name in DNS.
    package init(
        _ session: AWSSession, _ service: String, host: String, signingName: String, version: String
    ) {
        self.init(
            client: session.client(signingName: signingName),
            endpoint: session.endpoint(host, variable: service), service: service,
            version: version)
    }
}
