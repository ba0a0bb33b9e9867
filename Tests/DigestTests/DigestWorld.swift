import Foundation
import FunctionTestSupport
import JSON
import TestSupport

/// What a digest looks at, on one loopback server.
struct DigestWorld: Sendable {
    static let routingLog = "/aws/events/ses-email-routing-test"
    static let forwarderLog = "/aws/lambda/ses-mail-gmail-forwarder-test"
    static let variables: [String: String?] = [
        "DIGEST_MAILBOX": "Me@gmail.com", "ROUTING_LOG_GROUP": routingLog,
        "FORWARDER_LOG_GROUP": forwarderLog,
        "DEAD_LETTER_QUEUES": "https://sqs/1/ses-gmail-forwarder-dlq-test,"
            + "https://sqs/1/ses-log-routing-dlq-test",
    ]
    /// 2025-01-18T06:00:00Z
    static let time = 1_737_180_000
    static let event: JSONValue = ["time": "2025-01-18T06:00:00Z"]
    static let ledgerRow = ("DIGEST#2025-01-18", "GMAIL#me@gmail.com")

    /// A line of a log group.
    struct Line: Sendable {
        let message: String
        /// Before the digest's time.
        var secondsAgo = 3600
    }

    /// By log group.
    var logs: [String: [Line]] = [:]
    /// The names of the alarms, and their states.
    var alarms: [(name: String, state: String)] = []
    /// The messages in each queue.
    var letters: [String: Int] = [:]
    /// The most lines of a page.
    var pageSize = 400

    /// Lines of the bus about mails that are held as spam: `mail-1`, `mail-2`, ….
    static func held(_ count: Int, at number: Int = 1) -> [Line] {
        (number..<(number + count)).map { decision("store info%40example.com - - spam", of: $0) }
    }

    static func decision(_ log: String, of number: Int, secondsAgo: Int = 3600) -> Line {
        Line(
            message: #"{"id":"e","time":"t","messageId":"mail-\#(number)","log":"\#(log)"}"#,
            secondsAgo: secondsAgo)
    }

    static func refusal(of number: Int, secondsAgo: Int = 3000) -> Line {
        Line(
            message: #"{"level":"WARN","outcome":"refused","messageId":"mail-\#(number)","#
                + #""reason":"Gmail.import was refused: invalidArgument (400)"}"#,
            secondsAgo: secondsAgo)
    }

    static func key(_ number: Int) -> String { "\(SampleMail.bucket)/emails/mail-\(number)" }

    static func mail(_ number: Int) -> [UInt8] {
        Array("From: Ann <ann@b.example>\r\nSubject: Offer \(number)\r\n\r\nbody\r\n".utf8)
    }

    /// The world with these events for the function, and the stored mails `mail-1` to `mail-N`.
    func cloud(
        events: [JSONValue] = [event], storedCount: Int = 0,
        _ change: (inout CloudDouble.Content) -> Void = { _ in }
    ) throws -> CloudDouble {
        try CloudDouble { content in
            content.events = events.map { .init($0, deadlineSeconds: 120) }
            content.parameters = [FunctionRun.tokenParameter: FunctionRun.tokenFile]
            for number in 1..<(storedCount + 1) {
                content.objects[Self.key(number)] = Self.mail(number)
            }
            content.otherService = { self.answer($0) }
            change(&content)
        }
    }

    private func answer(_ request: ReceivedRequest) -> Answer {
        let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
        // A question that is not JSON is about nothing.
        let question = (try? JSONValue(parsing: request.body)) ?? .null
        switch operation {
        case "FilterLogEvents": return Answer(200, [], page(question).bytes)
        case "DescribeAlarms":
            let prefix = question["AlarmNamePrefix"]?.string ?? ""
            let found = alarms.filter { $0.name.hasPrefix(prefix) }.map { alarm -> JSONValue in
                [
                    "AlarmName": .string(alarm.name), "StateValue": .string(alarm.state),
                    "StateUpdatedTimestamp": .number("1737170000.5"),
                ]
            }
            return Answer(200, [], (["MetricAlarms": .array(found)] as JSONValue).bytes)
        case "GetQueueAttributes":
            let name = question["QueueUrl"]?.string?.split(separator: "/").last ?? ""
            let attributes: JSONValue = [
                "QueueArn": "arn", "ApproximateNumberOfMessagesNotVisible": "0",
                "ApproximateNumberOfMessagesDelayed": "0",
                "ApproximateNumberOfMessages": .string(String(letters[String(name)] ?? 0)),
            ]
            return Answer(200, [], (["Attributes": attributes] as JSONValue).bytes)
        default: return Answer(400, [], #"{"__type":"UnknownOperationException"}"#)
        }
    }

    /// The lines of the time that is asked for.
    private func page(_ question: JSONValue) -> JSONValue {
        let range = (question["startTime"]?.integer ?? 0)...(question["endTime"]?.integer ?? 0)
        let events = (logs[question["logGroupName"]?.string ?? ""] ?? []).map { line in
            (at: (Self.time - line.secondsAgo) * 1000, line.message)
        }.filter { range.contains($0.at) }
        let start = question["nextToken"]?.string.flatMap { Int($0) } ?? 0
        let page = events.dropFirst(start).prefix(pageSize).enumerated().map {
            index, event -> JSONValue in
            [
                "eventId": .string("\(start + index)"), "timestamp": .integer(event.at),
                "message": .string(event.1),
            ]
        }
        let next = start + pageSize
        let token = next < events.count ? JSONValue.string(String(next)) : .null
        return ["events": .array(page), "nextToken": token]
    }
}
