internal import AWS
internal import HTTP
internal import JSON

/// The calls of a JSON service, for operators, with lists read to their end.
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

    /// The documents of all pages of a list.
    /// - Parameters:
    ///   - token: what the service calls the next page, in the question and in the answer.
    ///   - limit: of pages; a longer list is an error.
    ///   - betweenPages: what is done before the next page is asked for.
    func pages(
        _ operation: String, _ question: [JSONValue.Member],
        token: (asked: String, answered: String) = ("NextToken", "NextToken"), limit: Int = 200,
        betweenPages: () -> Void = {}
    ) throws(AWSError) -> [JSONValue] {
        var pages: [JSONValue] = []
        var next: JSONValue?
        for _ in 0..<limit {
            let more = next.map { [JSONValue.Member(token.asked, $0)] } ?? []
            let answer = try call(operation, .object(question + more))
            pages.append(answer)
            next = answer[token.answered]
            if next == nil || next == .null { return pages }
            betweenPages()
        }
        throw .endless(CallName(name, operation))
    }
}
