import Foundation
import TestSupport
import Testing

/// What a person at a terminal sees while a command works.
struct TerminalTests {
    static let commands =
        ConventionTests.commands + [
            ["rules", "disable", "*"], ["gmail", "authorize", "--no-browser"], ["gmail", "status"],
            ["gmail", "test", "--mailbox", "me@gmail.com"], ["doctor"], ["alarms"], ["metrics"],
            ["logs"], ["queues", "status"], ["queues", "peek", "input"],
            ["queues", "redrive", "input"], ["trace", "abcdefghij"],
            ["replay", "abcdefghij", "--to", "a@b.example"], ["pipeline", "show"],
        ]

    @Test("It is told what goes on before AWS is asked, and nothing of it where nobody looks")
    func progress() throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        server.stop()
        let environment = [
            "SES_MAIL_ENV": "local", "AWS_ENDPOINT_URL": server.url, "PATH": "/usr/bin:/bin",
            "AWS_MAX_ATTEMPTS": "1",
        ]
        let input = #"[{"recipient": "*", "action": "store"}]"#
        for arguments in Self.commands {
            let seen = try Terminal.standardError(
                of: arguments, environment: environment, input: input)
            #expect(seen.contains("…"), "\(arguments)")
            let run = try CommandRun(arguments, environment: environment, input: input)
            #expect(!run.complaint.contains("…"), "\(arguments)")
        }
    }
}

/// A terminal of the test's own.
private enum Terminal {
    /// What a command writes to it as its standard error.
    static func standardError(
        of arguments: [String], environment: [String: String], input: String
    ) throws -> String {
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
        defer { close(ours) }
        let process = Process()
        process.executableURL = Repository.products.appending(path: "ses-mail")
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: theirs)
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        close(theirs)
        pipe.fileHandleForWriting.write(Data(input.utf8))
        try pipe.fileHandleForWriting.close()
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // A terminal whose other side is closed ends with an error.
        while case let count = read(ours, &buffer, buffer.count), count > 0 {
            bytes += buffer[..<count]
        }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
