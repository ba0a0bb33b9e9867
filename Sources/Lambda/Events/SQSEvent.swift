package import FoundationEssentials

/// A batch of messages, as an event source mapping delivers it
/// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
package struct SQSEvent: Decodable {
    package let records: [SQSRecord]

    enum CodingKeys: String, CodingKey { case records = "Records" }

    package init(_ event: Data) throws(BadEvent) {
        guard let decoded = try? JSONDecoder().decode(Self.self, from: event) else {
            throw BadEvent("it is no JSON object with a list of Records")
        }
        // Lambda sends no empty batch, and an empty answer to one would be a success.
        guard !decoded.records.isEmpty else { throw BadEvent("it has no records") }
        self = decoded
    }
}

/// One message. Every field may be missing: what is read says what it needs.
package struct SQSRecord: Decodable {
    package let messageID: String?
    package let body: String?
    package let attributes: Attributes?

    package struct Attributes: Decodable {
        package let receiveCount: String?
        package let traceHeader: String?

        enum CodingKeys: String, CodingKey {
            case receiveCount = "ApproximateReceiveCount"
            case traceHeader = "AWSTraceHeader"
        }
    }

    /// How often the message was received, this time included; 1 where SQS does not say.
    package var receiveCount: Int {
        attributes?.receiveCount.flatMap { Int($0) } ?? 1
    }

    enum CodingKeys: String, CodingKey {
        case messageID = "messageId"
        case body
        case attributes
    }
}
