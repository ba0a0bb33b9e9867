package import JSON

/// A batch of messages, as an event source mapping delivers it
/// (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
package struct SQSEvent {
    package let records: [SQSRecord]

    package init(_ event: [UInt8]) throws(BadEvent) {
        // Lambda sends JSON. Anything else was sent by a person, who sees which form was expected.
        guard let records = (try? JSONValue(parsing: event))?["Records"]?.array else {
            throw BadEvent("it is no JSON object with a list of Records")
        }
        // Lambda sends no empty batch. To return here would be a success.
        guard !records.isEmpty else { throw BadEvent("it has no records") }
        self.records = records.map(SQSRecord.init)
    }
}

/// One message. Every field may be missing; the reader of a field decides whether it must be there.
package struct SQSRecord {
    package let messageID: String?
    package let body: String?
    /// The number of times that the message was received, this one included; 1 if SQS does not say.
    package let receiveCount: Int
    package let traceHeader: String?

    package init(_ json: JSONValue) {
        messageID = json["messageId"]?.string
        body = json["body"]?.string
        let attributes = json["attributes"]
        receiveCount = attributes?["ApproximateReceiveCount"]?.string.flatMap { Int($0) } ?? 1
        traceHeader = attributes?["AWSTraceHeader"]?.string
    }
}
