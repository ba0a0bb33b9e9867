import AWS
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// What `queues redrive` reports when it is broken off, by AWS or by the person who started it.
@Suite(.waiting)
struct QueuesRedriveTests {
    /// Twenty dead letters; what is said to each operation may be told otherwise.
    private func server(
        _ otherwise: @escaping @Sendable (_ operation: String, _ number: Int) -> Answer?
    ) throws -> LoopbackServer {
        let numbers = Mutex([String: Int]())
        return try LoopbackServer { request in
            let target = request.header("X-Amz-Target") ?? ""
            let operation = String(target.drop { $0 != "." }.dropFirst())
            let number = numbers.withLock { numbers in
                numbers[operation, default: 0] += 1
                return numbers[operation, default: 0]
            }
            return otherwise(operation, number)
                ?? Answer(200, [], Self.answer(operation, number))
        }
    }

    private static func answer(_ operation: String, _ number: Int) -> String {
        switch operation {
        case "GetQueueUrl": return #"{"QueueUrl": "https://sqs/1/q"}"#
        case "GetQueueAttributes":
            return #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "20", "#
                + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                + #""ApproximateNumberOfMessagesDelayed": "0"}}"#
        case "ReceiveMessage":
            let messages = (0..<10).map {
                #"{"MessageId": "\#(number)-\#($0)", "ReceiptHandle": "h\#($0)", "Body": "b"}"#
            }
            return #"{"Messages": [\#(messages.joined(separator: ","))]}"#
        case "StartMessageMoveTask": return #"{"TaskHandle": "ours"}"#
        default: return "{}"
        }
    }

    private static let denial = Answer(
        400, [], #"{"__type": "x#AccessDeniedException", "Message": "no"}"#)

    private func operations(_ server: LoopbackServer) -> [String] {
        server.requests.map {
            String(($0.header("X-Amz-Target") ?? "").drop { $0 != "." }.dropFirst())
        }
    }

    @Test("A move that was started and may not be watched is told as started")
    func unwatched() throws {
        let server = try server { operation, _ in
            operation == "ListMessageMoveTasks" ? Self.denial : nil
        }
        defer { server.stop() }
        let run = try CommandRun(["queues", "redrive", "input", "--yes"], at: server.url)
        #expect(run.status == 1)
        #expect(
            run.sentence.hasPrefix("ses-mail: Redrive started, but its progress cannot be read. "))
        #expect(run.sentence.contains("SQS.ListMessageMoveTasks"))
        #expect(run.sentence.hasSuffix(" Check with: ses-mail queues status --env test"))
    }

    @Test("The move that was started is watched, and none before it")
    func own() throws {
        let earlier =
            #"{"Status": "FAILED", "ApproximateNumberOfMessagesMoved": 1, "StartedTimestamp": 1}"#
        let server = try server { operation, number in
            guard operation == "ListMessageMoveTasks" else { return nil }
            switch number {
            case 1, 2: return Answer(200, [], #"{"Results": [\#(earlier)]}"#)
            case 3:
                return Answer(
                    200, [],
                    #"{"Results": [{"Status": "RUNNING", "TaskHandle": "ours", "#
                        + #""ApproximateNumberOfMessagesMoved": 7, "StartedTimestamp": 2}]}"#)
            default:
                return Answer(
                    200, [],
                    #"{"Results": [{"Status": "COMPLETED", "#
                        + #""ApproximateNumberOfMessagesMoved": 20, "StartedTimestamp": 2}]}"#)
            }
        }
        defer { server.stop() }
        let run = try CommandRun(["queues", "redrive", "input", "--yes"], at: server.url)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output == "ses-email-input-dlq-test: 20 moved.\n")
    }

    @Test(
        "How many were moved before it failed is counted in words",
        arguments: [(1, "Nothing was moved: "), (2, "After one message: "), (3, "After 2 messag")])
    func count(failing: Int, words: String) throws {
        let server = try server { operation, number in
            operation == "SendMessage" && number == failing ? Self.denial : nil
        }
        defer { server.stop() }
        let run = try CommandRun(
            ["queues", "redrive", "input", "--max", "5", "--yes"], at: server.url)
        #expect(run.status == 3)
        #expect(run.sentence.hasPrefix("ses-mail: \(words)"))
        let operations = operations(server)
        #expect(operations.count { $0 == "DeleteMessage" } == failing - 1)
        // The one that was not moved is put back, and those that were taken with it.
        let back = try server.requests.last.flatMap { try JSONValue(parsing: $0.body)["Entries"] }
        #expect(back?.array?.count == 11 - failing)
        #expect(operations.last == "ChangeMessageVisibilityBatch")
    }

    @Test("Ctrl-C ends it after the message at hand, and the others are put back")
    func interrupted() throws {
        let (third, interrupted) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let server = try server { operation, number in
            if operation == "DeleteMessage" && number == 3 {
                third.signal()
                interrupted.wait()
            }
            return nil
        }
        defer { server.stop() }
        let command = try RunningCommand(
            ["queues", "redrive", "input", "--max", "20", "--rate", "2", "--yes", "--env", "test"],
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
        #expect(third.isSignalled)
        command.interrupt()
        interrupted.signal()
        let end = try command.end()
        #expect(end.status == 1)
        let operations = operations(server)
        let moved = operations.count { $0 == "SendMessage" }
        #expect(moved == 3)
        #expect(operations.count { $0 == "DeleteMessage" } == moved)
        let back = try server.requests.last.flatMap { try JSONValue(parsing: $0.body)["Entries"] }
        #expect(back?.array?.count == 10 - moved)
        #expect(
            end.complaint
                == "ses-mail: Stopped after 3 messages. The other messages are still where they "
                + "were. Continue with the same command.\n")
    }

    @Test("A move that ends with fewer messages than were counted tells the rest, with status 2")
    func fewer() throws {
        let server = try server { operation, _ in
            operation == "ListMessageMoveTasks"
                ? Answer(
                    200, [],
                    #"{"Results": [{"Status": "COMPLETED", "StartedTimestamp": 2, "#
                        + #""TaskHandle": "ours", "ApproximateNumberOfMessagesMoved": 3}]}"#)
                : nil
        }
        defer { server.stop() }
        let run = try CommandRun(["queues", "redrive", "input", "--yes"], at: server.url)
        #expect(run.status == 2)
        #expect(run.output.hasPrefix("ses-email-input-dlq-test: 3 of 20 moved. 17 could not be "))
        #expect(run.output.hasSuffix(" Check with: ses-mail queues status --env test\n"))
        let json = try CommandRun(
            ["queues", "redrive", "input", "--yes", "--json"], at: server.url)
        #expect(json.status == 2)
        #expect(
            json.output
                == #"{"queue":"ses-email-input-dlq-test","moved":3,"left":17,"status":"COMPLETED"}"#
                + "\n")
    }

    @Test("A count that was too high is no message that is left")
    func countedTooHigh() throws {
        let server = try server { operation, number in
            switch operation {
            case "GetQueueAttributes" where number > 2:
                Answer(
                    200, [],
                    #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "0", "#
                        + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                        + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
            case "ListMessageMoveTasks":
                Answer(
                    200, [],
                    #"{"Results": [{"Status": "COMPLETED", "StartedTimestamp": 2, "#
                        + #""TaskHandle": "ours", "ApproximateNumberOfMessagesMoved": 19}]}"#)
            default: nil
            }
        }
        defer { server.stop() }
        let run = try CommandRun(["queues", "redrive", "input", "--yes"], at: server.url)
        #expect(run.status == 0)
        #expect(run.output == "ses-email-input-dlq-test: 19 moved.\n")
    }

    @Test("Messages that cannot be taken one by one are told too")
    func unseen() throws {
        let server = try server { operation, number in
            operation == "ReceiveMessage" && number > 1 ? Answer(200, [], "{}") : nil
        }
        defer { server.stop() }
        let run = try CommandRun(
            ["queues", "redrive", "input", "--max", "15", "--yes"], at: server.url)
        #expect(run.status == 2)
        #expect(run.output.hasPrefix("ses-email-input-dlq-test: 10 of 15 moved. 5 could not be "))
    }

    @Test("A look takes 200 messages at most, and says how many there are")
    func peek() throws {
        let server = try server { operation, _ in
            // The time of all of them is over, or they are gone: no harm is done.
            operation == "ChangeMessageVisibilityBatch"
                ? Answer(400, [], #"{"__type": "x#MessageNotInflight", "message": "no"}"#) : nil
        }
        defer { server.stop() }
        #expect(
            try CommandRun(["queues", "peek", "input", "--max", "201"], at: server.url).status == 64
        )
        let run = try CommandRun(["queues", "peek", "input"], at: server.url)
        #expect(run.status == 0)
        #expect(
            run.output.hasSuffix(
                """
                These are 10 of about 20 dead letters.
                Find out why with: ses-mail trace MAIL --env test

                """))
        #expect(operations(server).count { $0 == "ChangeMessageVisibilityBatch" } == 1)
        #expect(!operations(server).contains("ChangeMessageVisibility"))
    }

    @Test("An empty answer before the last message does not end a look")
    func emptyAnswer() throws {
        let server = try server { operation, number in
            operation == "ReceiveMessage" && number.isMultiple(of: 2) ? Answer(200, [], "{}") : nil
        }
        defer { server.stop() }
        let run = try CommandRun(["queues", "peek", "input", "--max", "20"], at: server.url)
        #expect(run.output.split(separator: "\n").count == 22)
    }
}
