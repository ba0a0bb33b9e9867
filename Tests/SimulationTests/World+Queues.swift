import FunctionTestSupport
import JSON

/// The three queues with their dead-letter queues.
struct Queues {
    enum Name: String, CaseIterable {
        case input, forward, bounce

        var function: Function {
            switch self {
            case .input: .router
            case .forward: .forwarder
            case .bounce: .bouncer
            }
        }
    }

    final class Message {
        let number: UInt64
        let queue: Name
        let mail: Int
        let body: String
        /// The decision in it; nil in the input queue.
        let decision: JSONValue?
        var receives = 0
        var isDeleted = false
        var invisibleUntil = 0.0
        /// What a person has to resolve before it can succeed.
        var blocks: Set<Run.Block> = []

        init(
            _ number: UInt64, _ queue: Name, mail: Int, _ body: String, _ decision: JSONValue?
        ) {
            self.decision = decision
            self.number = number
            self.queue = queue
            self.mail = mail
            self.body = body
        }
    }

    var count: UInt64 = 0
    var deadLetters: [Message] = []
}

/// SQS, the pipe, the bus and the mappings that call the functions.
extension World {
    /// SES stores a mail and notifies the topic, whose subscription is the input queue.
    func arrive(_ mail: SimulatedMail) {
        note("\(mail.id) arrives: \(mail.kind.name) to \(mail.recipients)")
        mails.append(mail)
        objects["emails/\(mail.id)"] = mail.stored
        send(mail.sample.text, to: .input, mail: mail.number)
        let isTwice = chance.happens(
            .duplicate, UInt64(mail.number), 99, probability: plan.duplicateRate / 2,
            "\(mail.id) is notified twice")
        if isTwice { send(mail.sample.text, to: .input, mail: mail.number) }
    }

    func send(
        _ body: String, to queue: Queues.Name, mail: Int, _ decision: JSONValue? = nil
    ) {
        queues.count += 1
        // The number is the same in every history of this seed that has the message.
        let number =
            UInt64(mail) << 20 | UInt64(queue == .input ? 1 : queue == .forward ? 2 : 3)
            << 16 | sentCount(queue, mail)
        let message = Queues.Message(number, queue, mail: mail, body, decision)
        let delay = chance.share(.delay, number) * (plan.isStormy ? 20 : 1)
        schedule(after: delay, isMovable: true) { [unowned self] in receive(message) }
    }

    private func sentCount(_ queue: Queues.Name, _ mail: Int) -> UInt64 {
        mails[mail].sent[queue, default: 0] += 1
        return mails[mail].sent[queue, default: 0]
    }

    /// One receive of a message, after which it is invisible for a while.
    private func receive(_ message: Queues.Message) {
        guard !message.isDeleted, message.invisibleUntil <= now else { return }
        guard message.receives < message.queue.function.maximumReceives else {
            note("mail \(message.mail) in \(message.queue): dead letter")
            message.isDeleted = true
            queues.deadLetters.append(message)
            return
        }
        message.receives += 1
        let visibility = message.queue.function.visibilitySeconds
        message.invisibleUntil = now + visibility
        schedule(after: visibility) { [unowned self] in receive(message) }
        let key = message.number << 8 | UInt64(message.receives)
        for copy in 1...UInt64(2) {
            let isAgain = chance.happens(
                .duplicate, key, copy, probability: plan.duplicateRate,
                "receive \(message.receives) of mail \(message.mail) from \(message.queue) "
                    + "happens again")
            guard isAgain else { break }
            let seconds = [0, 0.5, 29.5, 119, 200][Int(chance.bits(.delay, key, copy) % 5)]
            schedule(after: seconds, isMovable: true) { [unowned self] in
                process(message, key: key &+ copy << 40)
            }
        }
        process(message, key: key)
    }

    private func process(_ message: Queues.Message, key: UInt64) {
        let record = SampleRecord.sqs(
            message.body, messageID: "message-\(message.number)",
            receiveCount: String(message.receives))
        let run: Run
        let isDone: Bool
        if message.queue == .input {
            let versions = ruleVersions.count - 1
            run = invoke(.router, key: key, about: message.mail, ([record] as JSONValue).bytes)
            let elements = run.answer.flatMap { try? JSONValue(parsing: $0) }?.array
            isDone = elements != nil
            for element in elements ?? [] {
                invariants.check(decision: element, of: message, run, since: versions)
                publish(element, mail: message.mail, key: key)
            }
        } else {
            run = invoke(
                message.queue.function, key: key, about: message.mail, by: message.decision,
                SampleRecord.batch(record))
            let failures = run.answer.flatMap { try? JSONValue(parsing: $0) }?["batchItemFailures"]
            isDone = failures?.array?.isEmpty == true
        }
        message.blocks.formUnion(run.blocks)
        guard isDone else { return invariants.check(failure: run, of: message) }
        let isLost = chance.happens(
            .lostDelete, key, probability: plan.killRate,
            "mail \(message.mail) is not deleted from \(message.queue)")
        if !isLost { message.isDeleted = true }
    }

    /// Puts the pipe's element on the bus, whose rules choose the queues by their counts.
    func publish(_ detail: JSONValue, mail: Int, key: UInt64) {
        mails[mail].decisions.append(detail)
        note("decision on mail \(mail): \(PlainRules.text(of: detail["actions"] ?? .null))")
        let event: JSONValue = [
            "version": "0", "id": "event", "detail-type": "Email Routing Decision",
            "source": "ses.email.router", "account": "123456789012",
            "time": "2025-01-18T10:00:00Z", "region": "us-east-1", "resources": [],
            "detail": detail,
        ]
        let body = String(decoding: event.bytes, as: UTF8.self)
        let routes: [(String, Queues.Name)] = [("forward-to-gmail", .forward), ("bounce", .bounce)]
        for (action, queue) in routes {
            // The rules' pattern: {"detail":{"actions":{ACTION:{"count":[{"numeric":[">",0]}]}}}}
            guard (detail["actions"]?[action]?["count"]?.double ?? 0) > 0 else { continue }
            send(body, to: queue, mail: mail, detail)
            let isTwice = chance.happens(
                .twoRoutes, key, UInt64(queue == .forward ? 1 : 2),
                probability: plan.duplicateRate / 3,
                "the bus delivers the decision on mail \(mail) to \(queue) twice")
            if isTwice { send(body, to: queue, mail: mail, detail) }
        }
    }

    /// Moves every dead letter back into its queue, as `ses-mail queues redrive` does.
    func redrive() {
        let letters = queues.deadLetters
        queues.deadLetters = []
        for letter in letters {
            note("mail \(letter.mail) is put back into \(letter.queue)")
            send(letter.body, to: letter.queue, mail: letter.mail, letter.decision)
        }
    }
}
