import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// What does `queues redrive` say when it is broken off, by AWS or by who started it?
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
            run.sentence.hasPrefix(
                "ses-mail: The move was started; see how far it is with: ses-mail queues status; "
                    + "it could not be watched: AWS refuses SQS.ListMessageMoveTasks"))
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
        #expect(operations.count { $0 == "ChangeMessageVisibility" } == 11 - failing)
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
        third.wait()
        command.interrupt()
        interrupted.signal()
        let end = try command.end()
        #expect(end.status == 1)
        let operations = operations(server)
        let moved = operations.count { $0 == "SendMessage" }
        #expect(moved == 3)
        #expect(operations.count { $0 == "DeleteMessage" } == moved)
        #expect(operations.count { $0 == "ChangeMessageVisibility" } == 10 - moved)
        #expect(
            end.complaint
                == "ses-mail: Stopped after 3 messages: the others are where they were; go "
                + "on with the same command.\n")
    }
}
