internal import AWS
internal import HTTP
internal import JSON

/// The messages of a dead-letter queue. They are taken for a moment and put back: no function reads
/// such a queue, so a look at it disturbs nothing.
struct DeadLetters {
    let sqs: SQS
    let queue: SQS.Queue
    private let pacing: Pacing

    init(_ choice: QueueChoice, _ deployment: Deployment) throws(AWSError) {
        sqs = SQS(deployment.session)
        pacing = deployment.session.pacing
        queue = try sqs.queue(choice.deadLetterName(in: deployment.name))
    }

    /// The most messages that one look takes. SQS has neither order nor search, and a message that
    /// was taken appears again after a minute: a longer look would find the same messages again.
    static let limit = 200

    /// The time for which a message stays hidden if the program is stopped half-way.
    private static let visibilityTimeoutSeconds = 60

    /// The messages that a look at the queue found.
    struct Look {
        /// Oldest first.
        let messages: [SQS.Message]
        /// The approximate number of messages in the queue.
        let total: Int
        /// Whether it ended before the last message: at its limit, or because somebody else is
        /// looking at some.
        let isCut: Bool

        var isWhole: Bool { messages.count >= total }
    }

    /// Up to `limit` messages, oldest first, hidden from others until `putBack`, or for a minute.
    func take(limit: Int) throws(AWSError) -> [SQS.Message] {
        var taken: [String: SQS.Message] = [:]
        var emptyAnswers = 0
        do throws(AWSError) {
            // One answer may be empty although there are messages; two in a row hardly ever are.
            while taken.count < limit, emptyAnswers < (taken.count < queue.total ? 2 : 1) {
                let count = taken.count
                let more = try sqs.receive(
                    queue.url, limit: limit - count,
                    visibilityTimeoutSeconds: DeadLetters.visibilityTimeoutSeconds)
                // The newest receipt of a message is the one that counts.
                for message in more { taken[message.id] = message }
                emptyAnswers = taken.count > count ? 0 : emptyAnswers + 1
            }
        } catch {
            putBack(Array(taken.values))
            throw error
        }
        return taken.values.sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
    }

    /// Shows messages to others again. Those that SQS refuses (their minute is over already) and
    /// those that the call does not reach appear again by themselves.
    func putBack(_ messages: [SQS.Message]) {
        do throws(AWSError) {
            for start in stride(from: 0, to: messages.count, by: SQS.batchSize) {
                try sqs.show(messages[start...].prefix(SQS.batchSize), in: queue.url)
            }
        } catch {
            // The next batches would fail in the same way.
        }
    }

    func look(limit: Int) throws(AWSError) -> Look {
        let messages = try take(limit: limit)
        putBack(messages)
        guard messages.count < queue.total, messages.count < limit else {
            return Look(
                messages: messages, total: queue.total, isCut: messages.count < queue.total)
        }
        let now = recounted(downTo: messages.count)
        return Look(
            messages: messages, total: now.total,
            isCut: messages.count < now.total && now.inFlight > 0)
    }
}

extension DeadLetters {
    /// The queue with the lowest of several counts, or the first that is not above `enough`: SQS
    /// counts approximately, and a number that is too high would be taken for messages.
    func recounted(downTo enough: Int) -> SQS.Queue {
        var lowest = queue
        for attempt in 0..<5 where lowest.total > enough {
            if attempt > 0 { pacing.sleep(0.2) }
            // Without an answer the counts before it stand.
            guard let now = try? sqs.queue(at: queue.url) else { break }
            lowest = SQS.Queue(
                url: queue.url, arn: queue.arn, waiting: min(lowest.waiting, now.waiting),
                inFlight: min(lowest.inFlight, now.inFlight),
                delayed: min(lowest.delayed, now.delayed))
        }
        return lowest
    }
}

extension SQS.Message {
    /// The SES id of the mail that the message is about: an event of the bus, a notification, or
    /// one in an envelope of SNS.
    var mailID: String? {
        // A body that is not JSON is about no mail.
        guard let body = try? JSONValue(parsing: body) else { return nil }
        if let id = (body["detail"] ?? body)["originalMessageId"]?.string { return id }
        if let id = body["mail"]?["messageId"]?.string { return id }
        guard let inner = body["Message"]?.string else { return nil }
        // The same.
        let notification = try? JSONValue(parsing: inner)
        return notification?["mail"]?["messageId"]?.string
    }
}
