internal import AWS

/// The call of SNS, for operators (https://docs.aws.amazon.com/sns/latest/api/).
struct SNS {
    private let query: QueryProtocol

    init(_ session: AWSSession) {
        query = QueryProtocol(
            session, "SNS", host: "sns", signingName: "sns", version: "2010-03-31")
    }

    /// A subscriber of a topic, who is notified once the subscription is confirmed.
    struct Subscription: Equatable, Sendable {
        /// `email`, `https`, `lambda`, …
        let kind: String
        let endpoint: String
        let isConfirmed: Bool
    }

    /// All subscriptions of a topic (`ListSubscriptionsByTopic`).
    func subscriptions(of topic: String) throws(AWSError) -> [Subscription] {
        try query.pages("ListSubscriptionsByTopic", [("TopicArn", topic)], token: "NextToken").all()
            .flatMap { XMLText.elements("member", in: $0.document) }
            .map { member in
                let arn = XMLText.first("SubscriptionArn", in: member) ?? ""
                return Subscription(
                    kind: XMLText.first("Protocol", in: member) ?? "",
                    endpoint: XMLText.first("Endpoint", in: member) ?? "",
                    // Until then it reads PendingConfirmation.
                    isConfirmed: arn.hasPrefix("arn:"))
            }
    }
}
