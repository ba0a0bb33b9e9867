import AWS
import JSON
import TestSupport
import Testing

@testable import ses_mail

extension World {
    /// A world in which a second is a second, also for what is hidden from others for some.
    static func unhurried() throws -> World {
        let world = try LocalCloud.shared.get().world()
        try world.post("clock", ["scale": 1])
        return world
    }

    /// What befalls the calls of functions and commands from now on; the emulated AWS's README
    /// lists it.
    func setWeather(_ forecast: JSONValue) throws {
        try post("weather", forecast)
    }

    /// How many calls something has befallen since the weather was set.
    func befallen(_ kind: String) throws -> Int {
        let entries = try get("weather")["befallen"]?.array ?? []
        return entries.count { $0["kind"]?.string == kind }
    }

    func addDeadLetters(_ bodies: [String]) throws {
        let queue = try sqs.queue("ses-email-input-dlq-local")
        for body in bodies { try sqs.send(body, to: queue.url) }
    }

    /// A dead letter about this mail.
    func addDeadLetter(about mail: String) throws {
        try addDeadLetters([#"{"originalMessageId": "\#(mail)"}"#])
    }

    /// Errors in the bouncer's log, a millisecond apart.
    func addErrors(_ messages: [String]) throws {
        let logs = JSONProtocol(
            client: session.client(signingName: "logs"), endpoint: endpoint,
            service: "CloudWatchLogs", targetPrefix: "Logs_20140328", version: .v1_1)
        let stream: [JSONValue.Member] = [
            .init("logGroupName", "/aws/lambda/ses-mail-bouncer-local"),
            .init("logStreamName", "errors"),
        ]
        // It answers nothing, which is no JSON.
        _ = try? logs.call("CreateLogStream", .object(stream))
        let start = Clock.epochSeconds() * 1000 - 60_000
        let events = messages.enumerated().map { index, message -> JSONValue in
            [
                "timestamp": .integer(start + index),
                "message": .string(#"{"level":"ERROR","message":"\#(message)"}"#),
            ]
        }
        _ = try logs.call("PutLogEvents", .object(stream + [.init("logEvents", .array(events))]))
    }

    /// A mail that was bounced.
    func bouncedMail() throws -> String {
        let mail = Array("From: a@remote.example\r\nMessage-ID: <1@x>\r\n\r\nx\r\n".utf8)
        let id = try send(mail, to: ["nobody@example.com"])
        #expect(try outcomes(of: id) == ["nobody@example.com": "bounced"])
        return id
    }
}
