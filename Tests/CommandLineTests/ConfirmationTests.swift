import Foundation
import TestSupport
import Testing

/// What a person at a terminal answers, and sees.
@Suite(.waiting)
struct ConfirmationTests {
    /// A command whose standard input, output and error are a terminal of the test's own.
    private struct TerminalRun {
        let status: Int32
        let text: String

        init(_ arguments: [String], _ environment: [String: String], answer: String = "") throws {
            var (ours, theirs): (Int32, Int32) = (-1, -1)
            guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
            defer { close(ours) }
            let process = Process()
            process.executableURL = Repository.products.appending(path: "ses-mail")
            process.arguments = arguments
            process.environment = environment
            let terminal = FileHandle(fileDescriptor: theirs)
            process.standardInput = terminal
            process.standardOutput = terminal
            process.standardError = terminal
            try process.run()
            // It is there when it is asked for, as if typed ahead.
            _ = Array("\(answer)\n".utf8).withUnsafeBytes { write(ours, $0.baseAddress, $0.count) }
            close(theirs)
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            // A terminal whose other side is closed ends with an error.
            while case let count = read(ours, &buffer, buffer.count), count > 0 {
                bytes += buffer[..<count]
            }
            process.waitUntilExit()
            status = process.terminationStatus
            text = String(decoding: bytes, as: UTF8.self)
        }
    }

    private func environment(_ server: LoopbackServer, _ more: [String: String] = [:])
        -> [String: String]
    {
        ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url, "SES_MAIL_ENV": "test"]) {
            $1
        }
        .merging(more) { $1 }
    }

    @Test(
        "Yes is said with y or yes, however they are written",
        arguments: [
            ("y", true), ("Y", true), ("yes", true), ("Yes", true), ("YES", true), ("n", false),
            ("", false), ("yess", false), ("no", false),
        ])
    func answers(answer: String, isYes: Bool) throws {
        let rule =
            #"{"Item": {"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "action": {"S": "store"}, "#
            + #""target": {"S": ""}, "enabled": {"BOOL": true}}}"#
        let server = try LoopbackServer { request in
            Answer(200, [], request.operation == "GetItem" ? rule : "{}")
        }
        defer { server.stop() }
        let run = try TerminalRun(["rules", "remove", "*"], environment(server), answer: answer)
        #expect(run.text.contains("[y/N]"))
        #expect(run.status == (isYes ? 0 : 3), "\(run.text)")
        #expect(server.requests.contains { $0.operation == "DeleteItem" } == isYes)
    }

    @Test("A terminal that is dumb, and whoever wants none, gets no colour")
    func colour() throws {
        let server = try LoopbackServer { request in
            switch request.operation {
            case "GetParameter": .noParameter
            case "GetQueueUrl": Answer(200, [], #"{"QueueUrl": "https://sqs/1/q"}"#)
            default:
                Answer(
                    200, [],
                    #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "1", "#
                        + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                        + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
            }
        }
        defer { server.stop() }
        for (variables, isColoured) in [
            (["TERM": "xterm"], true), (["TERM": "dumb"], false),
            (["TERM": "xterm", "NO_COLOR": "1"], false), ([:], true),
        ] {
            let run = try TerminalRun(["queues", "status"], environment(server, variables))
            #expect(run.text.contains("ses-email-input-dlq-test"))
            #expect(run.text.contains("\u{1B}[31m") == isColoured)
        }
    }
}
