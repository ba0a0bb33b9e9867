internal import HTTP
internal import JSON
internal import Text

/// The labels of a mailbox
/// (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.labels).
extension GmailAPI {
    /// A label. Mail names it by its id.
    package struct Label: Equatable, Sendable {
        package let id: String
        /// The whole name; `a/b` lies below `a`.
        package let name: String
        /// Whether the mailbox's owner made it; the others are Gmail's own.
        package let isOwn: Bool

        package init(id: String, name: String, isOwn: Bool) {
            self.id = id
            self.name = name
            self.isOwn = isOwn
        }

        /// nil if the id or the name is missing.
        fileprivate init?(_ document: JSONValue) {
            guard let id = document["id"]?.string, !id.isEmpty,
                let name = document["name"]?.string
            else { return nil }
            self.init(id: id, name: name, isOwn: document["type"]?.string == "user")
        }
    }

    /// All labels of the mailbox: Google lists them in one answer.
    package func labels(
        of mailbox: String, with token: AccessToken
    ) throws(GmailError) -> [Label] {
        let call = CallName("Gmail", "labels.list")
        let answer = try ask(HTTPRequest(.get, labelsURL(mailbox), name: call), mailbox, token)
        guard let labels = answer["labels"]?.array else {
            throw .undecodable(call, status: 200)
        }
        return labels.compactMap(Label.init)
    }

    /// Makes a label; its parents need not exist.
    package func createLabel(
        _ name: String, in mailbox: String, with token: AccessToken
    ) throws(GmailError) -> Label {
        let call = CallName("Gmail", "labels.create")
        let body: JSONValue = ["name": .string(name)]
        // Google refuses a second label of the name, so that a repetition makes none.
        let request = HTTPRequest(
            .post, labelsURL(mailbox), headers: ["Content-Type": "application/json"],
            body: HTTPBody(body.bytes), name: call)
        guard let label = Label(try ask(request, mailbox, token)) else {
            throw .undecodable(call, status: 200)
        }
        return label
    }

    private func labelsURL(_ mailbox: String) -> String {
        "\(endpoint)/gmail/v1/users/\(PercentEncoding.encode(mailbox))/labels"
    }

    private func ask(
        _ request: HTTPRequest, _ mailbox: String, _ token: AccessToken
    ) throws(GmailError) -> JSONValue {
        var request = request
        request.headers.add("Authorization", "Bearer \(token.value.value)")
        request.timeoutSeconds = 30
        let response = try GmailAnswer.send(request, through: http)
        guard response.isSuccess else { throw refusal(of: request.name, response, mailbox) }
        // A success that is not JSON is a proxy's.
        guard let answer = try? JSONValue(parsing: response.body) else {
            throw .undecodable(request.name, status: response.status)
        }
        return answer
    }
}
