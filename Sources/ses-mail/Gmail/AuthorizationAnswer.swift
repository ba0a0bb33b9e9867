internal import HTTP
internal import JSON
internal import Text

/// The answer in the address that Google sends the browser back to.
enum AuthorizationAnswer: Equatable {
    case code(Secret)
    /// Google's own word: `access_denied` where the person said no.
    case refused(String)
    /// An answer to another question.
    case foreign
    /// No answer at all.
    case none

    /// - Parameter query: what stands behind the `?`.
    init(query: some StringProtocol, state: String) {
        var fields: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            fields[PercentEncoding.decode(String(sides[0]))] =
                PercentEncoding.decode(String(sides[1]))
        }
        guard let answer = fields["code"] ?? fields["error"], !answer.isEmpty else {
            self = .none
            return
        }
        guard let given = fields["state"], given.utf8.elementsEqual(state.utf8) else {
            self = .foreign
            return
        }
        self = fields["error"].map { .refused(String($0.prefix(60))) } ?? .code(Secret(answer))
    }

    /// What a person has pasted: the whole address that the browser shows, or the code alone.
    init(pasted line: String, state: String) {
        let text = line.filter { !$0.isWhitespace }
        if let question = text.firstIndex(of: "?") {
            let query = text[text.index(after: question)...].prefix { $0 != "#" }
            self = AuthorizationAnswer(query: query, state: state)
        } else if text.utf8.count >= 20,
            text.utf8.allSatisfy({ PercentEncoding.isUnreserved($0) || "/%".utf8.contains($0) })
        {
            self = .code(Secret(PercentEncoding.decode(text)))
        } else {
            self = .none
        }
    }
}
