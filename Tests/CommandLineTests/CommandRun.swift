import Foundation
import TestSupport

/// A run of the built `ses-mail`: what it printed, and its exit status.
struct CommandRun {
    let status: Int32
    let output: String
    let complaint: String

    /// Runs it with these variables alone.
    init(
        _ arguments: [String], environment: [String: String] = [:], input: String = "",
        in workFolder: URL? = nil, program: URL? = nil
    ) throws {
        let folder = FileManager.default.temporaryDirectory
        let files = ["in", "err"].map { folder.appending(path: "\(UUID().uuidString).\($0)") }
        for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
        defer { for file in files { unlink(file.path) } }
        let process = Process()
        process.executableURL = program ?? Repository.products.appending(path: "ses-mail")
        process.arguments = arguments
        process.environment = environment.merging(CommandRun.elsewhere) { given, _ in given }
        if let workFolder { process.currentDirectoryURL = workFolder }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
        complaint = try String(contentsOf: files[1], encoding: .utf8)
    }
}

extension CommandRun {
    /// Ten hours from Greenwich, so that a test sees a moment that is written in local time.
    static let elsewhere = ["TZ": "HST10"]

    /// How often a call is tried that fails each time: seldom, for the pauses are real.
    static let attempts = 2

    /// Against a deployment `test` whose AWS is at this address.
    init(_ arguments: [String], at url: String, input: String = "") throws {
        let more = ["AWS_ENDPOINT_URL": url, "AWS_MAX_ATTEMPTS": "\(Self.attempts)"]
        try self.init(
            arguments + ["--env", "test"],
            environment: ConventionTests.keys.merging(more) { $1 }, input: input)
    }

    /// A shell's line, for what a shell does to a program.
    init(shell line: String, environment: [String: String]) throws {
        try self.init(
            ["-c", line], environment: environment, program: URL(filePath: "/bin/bash"))
    }

    /// The one sentence of the complaint.
    var sentence: String {
        let lines = complaint.split(separator: "\n")
        return lines.count == 1 ? String(lines[0]) : "no one sentence: \(complaint)"
    }
}

extension Answer {
    /// To whoever asks for the settings of a deployment: nobody has written any.
    static let noParameter = Answer(400, [], #"{"__type": "ParameterNotFound"}"#)

    /// STS's to whoever asks who he is.
    static func caller(_ account: String, arn: String = "arn:x") -> Answer {
        Answer(
            200, [],
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>\(arn)</Arn>"
                + "<UserId>u</UserId><Account>\(account)</Account></GetCallerIdentityResult>"
                + "</GetCallerIdentityResponse>")
    }

    /// SES's to whoever asks for the active rule set.
    static func ruleSet(_ content: String) -> Answer {
        Answer(
            200, [],
            "<DescribeActiveReceiptRuleSetResponse><DescribeActiveReceiptRuleSetResult>\(content)"
                + "</DescribeActiveReceiptRuleSetResult></DescribeActiveReceiptRuleSetResponse>")
    }
}

extension LoopbackServer {
    /// An address at which nobody listens any more.
    static func goneURL() throws -> String {
        let server = try LoopbackServer(answers: [Answer(500)])
        server.stop()
        return server.url
    }
}

extension World {
    /// `ses-mail` against this world.
    func run(
        _ arguments: [String], input: String = "", in workFolder: URL? = nil
    ) throws -> CommandRun {
        try CommandRun(arguments, environment: environment(), input: input, in: workFolder)
    }
}
