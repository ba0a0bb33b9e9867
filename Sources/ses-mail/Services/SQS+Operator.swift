internal import AWS
internal import JSON

/// The calls of SQS that only an operator's commands make
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/).
extension SQS {
    struct Message: Equatable, Sendable {
        let id: String
        let receiptHandle: String
        let body: String
        /// Epoch milliseconds.
        let sentAt: Int
        let traceHeader: String?
        /// The message attributes in the form in which they are sent again, or nil.
        let attributes: JSONValue?
    }

    /// The queue of that name (`GetQueueUrl`, `GetQueueAttributes`).
    func queue(_ name: String) throws(AWSError) -> Queue {
        let answer = try json.call("GetQueueUrl", ["QueueName": .string(name)])
        return try queue(at: try answer.required("QueueUrl", \.string))
    }

    /// Receives at most one batch of messages, which are hidden from others for the given time
    /// (`ReceiveMessage`). It counts as a try. Not repeated: the messages of a lost answer would be
    /// hidden.
    func receive(_ url: String, limit: Int, visibilityTimeoutSeconds: Int)
        throws(AWSError) -> [Message]
    {
        let answer = try json.call(
            "ReceiveMessage",
            [
                "QueueUrl": .string(url),
                "MaxNumberOfMessages": .integer(min(SQS.batchSize, limit)),
                "VisibilityTimeout": .integer(visibilityTimeoutSeconds), "WaitTimeSeconds": 1,
                "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"],
            ], isRepeatable: false)
        return (answer["Messages"]?.array ?? []).compactMap(Message.init)
    }

    /// The most messages of one batch.
    static let batchSize = 10

    /// Shows messages to others again, one batch of them (`ChangeMessageVisibilityBatch`). Some may
    /// be refused: those whose visibility timeout is over are shown already.
    func show(_ messages: ArraySlice<Message>, in url: String) throws(AWSError) {
        let entries = messages.map { message -> JSONValue in
            [
                "Id": .string(message.id), "ReceiptHandle": .string(message.receiptHandle),
                "VisibilityTimeout": 0,
            ]
        }
        _ = try json.call(
            "ChangeMessageVisibilityBatch",
            ["QueueUrl": .string(url), "Entries": .array(entries)])
    }

    /// Sends a message again, with its attributes and its trace (`SendMessage`).
    func send(_ message: Message, to url: String) throws(AWSError) {
        var input: [JSONValue.Member] = [
            .init("QueueUrl", .string(url)), .init("MessageBody", .string(message.body)),
        ]
        if let attributes = message.attributes {
            input.append(.init("MessageAttributes", attributes))
        }
        if let traceHeader = message.traceHeader {
            let value: JSONValue = ["DataType": "String", "StringValue": .string(traceHeader)]
            input.append(.init("MessageSystemAttributes", ["AWSTraceHeader": value]))
        }
        _ = try json.call("SendMessage", .object(input), isRepeatable: false)
    }

    /// Sends a new message (`SendMessage`).
    func send(_ body: String, to url: String) throws(AWSError) {
        _ = try json.call(
            "SendMessage", ["QueueUrl": .string(url), "MessageBody": .string(body)],
            isRepeatable: false)
    }

    /// `DeleteMessage`
    func delete(_ message: Message, from url: String) throws(AWSError) {
        _ = try json.call(
            "DeleteMessage",
            ["QueueUrl": .string(url), "ReceiptHandle": .string(message.receiptHandle)])
    }
}

extension SQS {
    /// A move of messages from a dead-letter queue by SQS itself.
    struct MoveTask: Equatable, Sendable {
        /// `RUNNING`, `COMPLETED`, `FAILED`, …
        let status: String
        let moved: Int
        let failureReason: String?
        /// nil once it has ended.
        var handle: String?
        /// Epoch milliseconds.
        var startedAt: Int?
    }

    /// Moves all messages and returns the task's handle (`StartMessageMoveTask`).
    @discardableResult
    func startMoveTask(from source: String, to destination: String, perSecond: Int?)
        throws(AWSError) -> String?
    {
        var input: [JSONValue.Member] = [
            .init("SourceArn", .string(source)), .init("DestinationArn", .string(destination)),
        ]
        if let perSecond {
            input.append(.init("MaxNumberOfMessagesPerSecond", .integer(perSecond)))
        }
        return try json.call("StartMessageMoveTask", .object(input), isRepeatable: false)[
            "TaskHandle"]?.string
    }

    /// The last move from this queue, or nil (`ListMessageMoveTasks`).
    func lastMoveTask(from source: String) throws(AWSError) -> MoveTask? {
        let answer = try json.call(
            "ListMessageMoveTasks", ["SourceArn": .string(source), "MaxResults": 1])
        return answer["Results"]?.array?.first.map { task in
            MoveTask(
                status: task["Status"]?.string ?? "",
                moved: task["ApproximateNumberOfMessagesMoved"]?.integer ?? 0,
                failureReason: task["FailureReason"]?.string,
                handle: task["TaskHandle"]?.string, startedAt: task["StartedTimestamp"]?.integer)
        }
    }
}

extension SQS.Message {
    fileprivate init?(_ json: JSONValue) {
        guard let id = json["MessageId"]?.string, let handle = json["ReceiptHandle"]?.string,
            let body = json["Body"]?.string
        else { return nil }
        self.id = id
        receiptHandle = handle
        self.body = body
        let system = json["Attributes"]
        sentAt = system?["SentTimestamp"]?.string.flatMap { Int($0) } ?? 0
        traceHeader = system?["AWSTraceHeader"]?.string
        let attributes = json["MessageAttributes"]
        self.attributes = attributes?.members?.isEmpty == false ? attributes : nil
    }
}
