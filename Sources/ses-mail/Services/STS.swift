internal import AWS

/// The call of STS, for operators
/// (https://docs.aws.amazon.com/STS/latest/APIReference/).
struct STS {
    private let service: QueryProtocol

    init(_ session: AWSSession) {
        service = QueryProtocol(
            session, "STS", host: "sts", signingName: "sts", version: "2011-06-15")
    }

    /// The identity of the caller.
    struct Caller: Equatable, Sendable {
        /// The number of the account that the credentials belong to.
        let account: String
        /// The ARN of a user, or of a role that was assumed.
        let arn: String
    }

    /// `GetCallerIdentity`
    func caller() throws(AWSError) -> Caller {
        let answer = try service.call("GetCallerIdentity")
        guard let account = answer["Account"] else { throw answer.missing("Account") }
        return Caller(account: account, arn: answer["Arn"] ?? "")
    }
}
