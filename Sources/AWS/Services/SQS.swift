internal import JSON

/// The call that we make of SQS
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/).
package struct SQS {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "SQS", host: "sqs", variable: "SQS", targetPrefix: "AmazonSQS", version: .v1_0)
    }

    /// A queue in its present state; the numbers are approximate.
    package struct Queue: Equatable, Sendable {
        package let url: String
        package let arn: String
        package let waiting: Int
        /// Received, and not deleted yet.
        package let inFlight: Int
        package let delayed: Int

        package init(url: String, arn: String, waiting: Int, inFlight: Int, delayed: Int) {
            self.url = url
            self.arn = arn
            self.waiting = waiting
            self.inFlight = inFlight
            self.delayed = delayed
        }

        package var total: Int { waiting + inFlight + delayed }
    }

    /// The queue at that address (`GetQueueAttributes`).
    package func queue(at url: String) throws(AWSError) -> Queue {
        let numbers = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        let answer = try json.call(
            "GetQueueAttributes",
            [
                "QueueUrl": .string(url),
                "AttributeNames": .array((["QueueArn"] + numbers).map { .string($0) }),
            ])
        let attributes = answer["Attributes"]
        let values = numbers.compactMap { attributes?[$0]?.string.flatMap { Int($0) } }
        guard let arn = attributes?["QueueArn"]?.string, values.count == 3 else {
            throw answer.missing("attribute")
        }
        return Queue(
            url: url, arn: arn, waiting: values[0], inFlight: values[1], delayed: values[2])
    }
}
