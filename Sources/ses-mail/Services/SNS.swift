internal import AWS
internal import HTTP

/// The call that we make of SNS, for operators (https://docs.aws.amazon.com/sns/latest/api/).
struct SNS {
    private let query: QueryService

    init(_ session: AWSSession) {
        query = QueryService(
            session, "SNS", host: "sns", signingName: "sns", version: "2010-03-31")
    }

    /// Somebody whom a topic notifies, or will once he has confirmed.
    struct Subscription: Equatable, Sendable {
        /// `email`, `https`, `lambda`, …
        let kind: String
        let endpoint: String
        let isConfirmed: Bool
    }

    /// All subscriptions of a topic (`ListSubscriptionsByTopic`).
    func subscriptions(of topic: String) throws(AWSError) -> [Subscription] {
        let operation = "ListSubscriptionsByTopic"
        return try Pages(of: CallName("SNS", operation)) { (token: String?) throws(AWSError) in
            var parameters = [("TopicArn", topic)]
            if let token { parameters.append(("NextToken", token)) }
            let answer = try query.call(operation, parameters)
            let found = XMLText.elements("member", in: answer).map { member in
                let arn = XMLText.first("SubscriptionArn", in: member) ?? ""
                return Subscription(
                    kind: XMLText.first("Protocol", in: member) ?? "",
                    endpoint: XMLText.first("Endpoint", in: member) ?? "",
                    // Until then it reads PendingConfirmation.
                    isConfirmed: arn.hasPrefix("arn:"))
            }
            return (found, XMLText.first("NextToken", in: answer))
        }.all().flatMap { $0 }
    }
}
