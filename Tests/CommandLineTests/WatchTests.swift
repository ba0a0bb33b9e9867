import AWS
import FunctionTestSupport
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What --watch repeats, for how long, and how it looks on a terminal and elsewhere.
@Suite(.waiting)
struct WatchTests {
    /// An AWS with one queue of each name, in which a message more waits at each count.
    private func queues(
        _ failure: @escaping @Sendable (Int) -> Answer? = { _ in nil }
    ) throws -> LoopbackServer {
        let count = Mutex(0)
        return try LoopbackServer { request in
            switch request.operation {
            case "GetQueueUrl": return Answer(200, [], #"{"QueueUrl": "https://sqs/1/q"}"#)
            case "GetQueueAttributes":
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return failure(number) ?? Self.attributes(waiting: number)
            default: return .noParameter
            }
        }
    }

    private static func attributes(waiting: Int) -> Answer {
        Answer(
            200, [],
            #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "\#(waiting)", "#
                + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
    }

    private func running(_ arguments: [String], _ server: LoopbackServer) throws -> RunningCommand {
        try RunningCommand(
            arguments + ["--watch", "--every", "1", "--env", "test"],
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
    }

    @Test("Where nobody looks, each round has its time and stands below the last one")
    func appended() throws {
        let server = try queues()
        defer { server.stop() }
        let command = try running(["queues", "status"], server)
        // There are seven queues, of which the first of the second round has eight messages.
        let eight = "ses-email-input-test                       8"
        let text = try #require(command.output(with: eight))
        #expect(text.matches(of: /(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/).count == 2)
        #expect(!text.contains("\u{1B}"))
        command.interrupt()
        #expect(try command.end().status == 0)
    }

    @Test("JSON is one document a line for each round")
    func json() throws {
        let server = try queues()
        defer { server.stop() }
        let command = try running(["queues", "status", "--json"], server)
        let text = try #require(command.output(with: #""waiting":14"#))
        command.interrupt()
        #expect(try command.end().status == 0)
        let lines = text.split(separator: "\n").prefix(2)
        for line in lines { #expect(try JSONValue(parsing: String(line)).array?.count == 7) }
        #expect(lines.count == 2)
    }

    @Test("On a terminal each round takes the place of the last one")
    func redrawn() throws {
        let server = try queues()
        defer { server.stop() }
        let command = EveryCommand(arguments: ["queues", "status", "--watch", "--every", "1"])
        let terminal = try Terminal(command, at: server.url, isShown: true)
        let start = "\u{1B}[H\u{1B}[2J"
        let first = terminal.text(with: start)
        let second = terminal.text(with: start)
        #expect(first.hasSuffix(start) && second.hasSuffix(start))
        #expect(second.contains("QUEUE") && !second.contains("counting the messages"))
    }

    @Test("A round that fails in passing is left out; one that is refused ends it")
    func failures() throws {
        let server = try queues { number in
            switch number {
            // No retry within a call helps against the first.
            case 8: Answer(505, [], #"{"__type": "Odd", "message": "no"}"#)
            case 16: Answer(400, [], #"{"__type": "AccessDenied", "message": "no"}"#)
            default: nil
            }
        }
        defer { server.stop() }
        let command = try running(["queues", "status", "--json"], server)
        let text = command.wholeOutput()
        let end = try command.end()
        #expect(end.status == 3)
        #expect(end.complaint.hasPrefix("ses-mail: AWS refuses SQS.GetQueueAttributes"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test(
        "Less than a second is no pause, and a pause needs --watch",
        arguments: [
            ["--watch", "--every", "0"], ["--watch", "--every", "0.5"], ["--every", "2"],
        ])
    func usage(arguments: [String]) throws {
        for command in [["queues", "status"], ["alarms"], ["trace", "0123"]] {
            let run = try CommandRun(command + arguments + ["--env", "test"])
            #expect(run.status == 64 && run.output.isEmpty)
        }
    }

    @Test("Tab-separated values are not repeated")
    func tsv() throws {
        let server = try queues()
        defer { server.stop() }
        let run = try CommandRun(["queues", "status", "--watch", "--tsv"], at: server.url)
        #expect(run.status == 64)
        #expect(run.sentence == "ses-mail: --watch prints text or JSON: leave out --tsv.")
    }

    @Test("Alarms are watched too")
    func alarms() throws {
        let count = Mutex(0)
        let server = try LoopbackServer { request in
            guard request.operation == "DescribeAlarms" else { return .noParameter }
            let isFirst = count.withLock { count in
                count += 1
                return count <= 2
            }
            let alarm =
                #"{"AlarmName": "ses-email-input-queue-age-test", "StateValue": "#
                + #""\#(isFirst ? "OK" : "ALARM")", "StateReason": "r", "#
                + #""StateUpdatedTimestamp": 1737194400, "AlarmActions": ["a"]}"#
            return Answer(200, [], #"{"MetricAlarms": [\#(alarm)], "CompositeAlarms": []}"#)
        }
        defer { server.stop() }
        let command = try running(["alarms"], server)
        let text = try #require(command.output(with: "  ALARM  "))
        #expect(text.contains("  OK "))
        command.interrupt()
        #expect(try command.end().status == 0)
    }
}

/// The end of `trace --watch`, in a deployed world.
@Suite(.waiting)
struct TraceWatchTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func lastRound(of id: String) throws -> JSONValue {
        let command = try RunningCommand(
            ["trace", id, "--watch", "--every", "1", "--json"], environment: world.environment())
        let text = command.wholeOutput()
        let end = try command.end()
        #expect(end.status == 0, "\(end.complaint)")
        return try JSONValue(parsing: String(try #require(text.split(separator: "\n").last)))
    }

    private let mail = Array("From: anna@remote.example\r\nSubject: s\r\n\r\nx\r\n".utf8)

    @Test("It ends when the mail was imported, stored, bounced or not, or is a dead letter")
    func ends() throws {
        let effects = [
            "forward": "GMAIL#me@gmail.com", "store": nil, "bounce": "BOUNCE#bounce@example.com",
        ]
        for action in effects.keys {
            let rule = ["rules", "set", "\(action)@example.com", action]
            let target = action == "forward" ? ["me@gmail.com"] : []
            #expect(try world.run(rule + target).status == 0)
        }
        for (action, effect) in effects {
            let last = try lastRound(of: try world.send(mail, to: ["\(action)@example.com"]))
            #expect(last["decisions"]?.array?.count == 1)
            let rows = last["ledger"]?.array ?? []
            #expect(rows.map { $0["effect"]?.string } == (effect.map { [$0] } ?? []), "\(action)")
            #expect(rows.allSatisfy { $0["state"] == "done" })
        }
        let report = try lastRound(of: try world.send(mail, from: "", to: ["bounce@example.com"]))
        #expect(report["log"]?.array?.last?["outcome"] == "suppressed")
        try world.database.putItem(RandomRules.row("dead@example.com", "forward-to-gmail"))
        let dead = try lastRound(of: try world.send(mail, to: ["dead@example.com"]))
        #expect(dead["dead_letters"]?.array?.count == 1)
    }
}
