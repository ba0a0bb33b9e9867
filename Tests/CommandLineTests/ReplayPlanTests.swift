import AWS
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What a replay shows before it sends anything, and says when it is stopped, against a deployed
/// world.
@Suite(.waiting)
struct ReplayPlanTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    /// Three stored mails.
    private func storedMails() throws -> [String] {
        #expect(try world.run(["rules", "set", "a@example.com", "store"]).status == 0)
        let ids = try (1...3).map { number in
            let mail = "From: a@remote.example\r\nMessage-ID: <\(number)@r.example>\r\n\r\nx\r\n"
            return try world.send(Array(mail.utf8), to: ["a@example.com"])
        }
        for id in ids { _ = try world.outcomes(of: id) }
        return ids
    }

    @Test("What will be routed again is shown before it is asked for, and nothing is sent without")
    func shown() throws {
        let ids = try storedMails()
        let rows = ids.map { "\($0)  a@example.com\n" }.sorted()
        let asked = try world.run(["replay", "--since", "1h"])
        #expect(asked.status == 3)
        #expect(asked.output.split(separator: "\n").map { "\($0)\n" }.sorted() == rows)
        #expect(asked.complaint.hasPrefix("ses-mail: Route 3 mails again in local in ap-s"))
        let dry = try world.run(["replay", "--since", "1h", "--dry-run", "--json"])
        #expect(dry.status == 0)
        let document = try JSONValue(parsing: Array(dry.output.utf8))
        #expect(document["would_route_again"]?.array?.count == 3)
        #expect(document["left"] == [])
        #expect(document["routed_again"] == nil)
        #expect(try world.sqs.queue("ses-email-input-local").total == 0)
    }

    @Test("Ctrl-C stops it after the mail at hand, and says how many were sent")
    func interrupted() throws {
        _ = try storedMails()
        let (second, interrupted) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let count = Mutex(0)
        let queue = try LoopbackServer { request in
            switch request.operation {
            case "GetQueueUrl": return Answer(200, [], #"{"QueueUrl": "https://sqs/1/q"}"#)
            case "GetQueueAttributes":
                return Answer(
                    200, [],
                    #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "0", "#
                        + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                        + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
            default:
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                if number == 2 {
                    second.signal()
                    interrupted.wait()
                }
                return Answer(200, [], #"{"MessageId": "m"}"#)
            }
        }
        defer { queue.stop() }
        let command = try RunningCommand(
            ["replay", "--since", "1h", "--yes"],
            environment: world.deployment.merging(["AWS_ENDPOINT_URL_SQS": queue.url]) { $1 })
        #expect(second.isSignalled)
        command.interrupt()
        interrupted.signal()
        let end = try command.end()
        #expect(end.status == 1)
        #expect(
            end.complaint
                == "ses-mail: Stopped after 2 of 3 mails. Continue with the same command: nothing "
                + "happens twice.\n")
        #expect(count.withLock { $0 } == 2)
    }

    @Test("The routing log of a mail is searched from ten minutes before it was stored")
    func range() throws {
        let id = try storedMails()[0]
        let log = try LoopbackServer(answers: [Answer(200, [], #"{"events": []}"#)])
        defer { log.stop() }
        let run = try CommandRun(
            ["replay", id, "--to", "a@example.com", "--dry-run"],
            environment: world.environment(["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": log.url]))
        #expect(run.status == 0)
        let start = try #require(try JSONValue(parsing: log.requests[0].body)["startTime"]?.integer)
        let now = Int(try world.now.timeIntervalSince1970) * 1000
        #expect(start < now - 590_000 && start > now - 1_200_000)
    }
}
