internal import AWS
internal import HTTP
internal import JSON

/// The calls of a JSON service that an operator's command makes, and the pages of its lists.
struct JSONService {
    private let wire: JSONProtocol
    private let name: String

    /// As `JSONProtocol.init`.
    init(
        client: AWSClient, endpoint: String, name: String, targetPrefix: String,
        version: JSONProtocol.Version
    ) {
        self.name = name
        wire = JSONProtocol(
            client: client, endpoint: endpoint, service: name, targetPrefix: targetPrefix,
            version: version)
    }

    /// As `JSONProtocol.init`.
    init(
        _ session: AWSSession, _ name: String, host: String, variable: String,
        targetPrefix: String, version: JSONProtocol.Version
    ) {
        self.name = name
        wire = JSONProtocol(
            session, name, host: host, variable: variable, targetPrefix: targetPrefix,
            version: version)
    }

    /// As `JSONProtocol.call`.
    func call(
        _ operation: String, _ input: JSONValue, isRepeatable: Bool = true
    ) throws(AWSError) -> JSONValue {
        try wire.call(operation, input, isRepeatable: isRepeatable)
    }

    /// The documents of a list's pages.
    /// - Parameters:
    ///   - token: what the service calls the next page, in the question and in the answer.
    ///   - limit: the most pages that are read.
    ///   - beforeNext: what is done before each page but the first is asked for.
    func pages(
        _ operation: String, _ question: [JSONValue.Member],
        token: (asked: String, answered: String) = ("NextToken", "NextToken"),
        limit: Int = PageLimit.count, beforeNext: @escaping () -> Void = {}
    ) -> Pages<JSONValue, JSONValue> {
        Pages(of: CallName(name, operation), limit: limit) { next throws(AWSError) in
            if next != nil { beforeNext() }
            let more = next.map { [JSONValue.Member(token.asked, $0)] } ?? []
            let answer = try call(operation, .object(question + more))
            return (answer, answer[token.answered].flatMap { $0 == .null || $0 == "" ? nil : $0 })
        }
    }
}
