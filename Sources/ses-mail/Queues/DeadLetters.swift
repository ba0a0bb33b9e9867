internal import AWS
internal import JSON

/// What is in a dead-letter queue? Messages are taken for a moment and put back: nobody works on
/// such a queue, so looking at it takes nothing from anybody.
struct DeadLetters {
    let sqs: SQS
    let queue: SQS.Queue

    init(_ choice: QueueChoice, _ deployment: Deployment) throws(AWSError) {
        sqs = SQS(deployment.session)
        queue = try sqs.queue(choice.deadLetterName(in: deployment.name))
    }

    /// So long a message stays hidden if we are stopped half-way.
    private static let visibilityTimeoutSeconds = 60

    /// Up to `limit` messages, oldest first, hidden from others until `putBack`, or for a minute.
    func take(limit: Int) throws(AWSError) -> [SQS.Message] {
        var messages: [SQS.Message] = []
        while messages.count < limit {
            let more = try sqs.receive(
                queue.url, limit: limit - messages.count,
                visibilityTimeoutSeconds: DeadLetters.visibilityTimeoutSeconds)
            let new = more.filter { message in !messages.contains { $0.id == message.id } }
            if new.isEmpty { break }
            messages += new
        }
        return messages.sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
    }

    func putBack(_ messages: [SQS.Message]) throws(AWSError) {
        for message in messages {
            try sqs.setVisibilityTimeout(0, of: message, in: queue.url)
        }
    }

    func look(limit: Int) throws(AWSError) -> [SQS.Message] {
        let messages = try take(limit: limit)
        try putBack(messages)
        return messages
    }
}

extension SQS.Message {
    /// The SES id of the mail that the message is about: an event of the bus, a notification, or
    /// one in an envelope of SNS.
    var mailID: String? {
        // What is no JSON is about no mail.
        guard let body = try? JSONValue(parsing: Array(body.utf8)) else { return nil }
        if let id = (body["detail"] ?? body)["originalMessageId"]?.string { return id }
        if let id = body["mail"]?["messageId"]?.string { return id }
        guard let inner = body["Message"]?.string else { return nil }
        // The same.
        let notification = try? JSONValue(parsing: Array(inner.utf8))
        return notification?["mail"]?["messageId"]?.string
    }

    var json: JSONValue {
        [
            "id": .string(id), "mail": mailID.map { .string($0) } ?? .null,
            "sentAt": .string(Clock.text(sentAt / 1000)), "body": .string(body),
        ]
    }
}
