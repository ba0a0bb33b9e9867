internal import AWS
internal import HTTP

/// The call that we make of STS, for operators
/// (https://docs.aws.amazon.com/STS/latest/APIReference/).
struct STS {
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        client = session.client(signingName: "sts")
        endpoint =
            session.endpointOverride("STS") ?? "https://sts.\(session.region).amazonaws.com"
    }

    /// The number of the account that the credentials belong to (`GetCallerIdentity`).
    func account() throws(AWSError) -> String {
        try caller().account
    }

    /// Who calls.
    struct Caller: Equatable, Sendable {
        let account: String
        /// Of a user, or of a role that was assumed.
        let arn: String
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    func caller() throws(AWSError) -> Caller {
        let request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: HTTPBody("Action=GetCallerIdentity&Version=2011-06-15"),
            name: CallName("STS", "GetCallerIdentity"))
        let answer = try client.send(request).body
        guard let account = XMLText.first("Account", in: answer) else {
            throw .lacking("Account", in: request.name)
        }
        return Caller(account: account, arn: XMLText.first("Arn", in: answer) ?? "")
    }
}
