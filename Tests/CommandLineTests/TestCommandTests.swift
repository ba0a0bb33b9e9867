import AWS
import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The integration test of a deployment, against a deployed world.
@Suite(.waiting)
struct TestCommandTests {
    private let world: World
    private let folder: URL

    static let options = [
        "--from", "sender@example.com", "--test-domain", "example.com", "--gmail-target",
        "me@gmail.com",
    ]

    init() throws {
        world = try LocalCloud.shared.get().world()
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func test(_ arguments: [String]) throws -> CommandRun {
        try world.run(["test"] + arguments, in: folder)
    }

    private func report() throws -> JSONValue {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let name = try #require(names.first { $0.hasPrefix("integration_test_report_local_") })
        return try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: name))))
    }

    @Test("Both mails fare as they should, it is reported, and nothing is left")
    func passes() throws {
        let run = try test(Self.options)
        #expect(run.status == 0)
        let text = try world.moments.masked(run.output)
            .replacing(/\b[a-z0-9]{40}\b/, with: "MAIL")
            .replacing(/sent_message_id: \S+/, with: "sent_message_id: SENT")
            .replacing(/1-[0-9a-f]{8}-[0-9a-f]{24}/, with: "TRACE")
            .replacing(/\d{10}-\d+(?=@)/, with: "TAG")
            .replacing(/\d{10}(?=\.json)/, with: "EPOCH")
        #expect(try text == GoldenFile("test.txt").accepted(text))
        let report = try report()
        #expect(report["passed"] == 2 && report["failed"] == 0)
        #expect(report["tests"]?.array?.map { $0["status"] } == ["PASS", "PASS"])
        #expect(try world.rules.isEmpty)
        let mails = try world.mailbox("me@gmail.com").map { String(decoding: $0, as: UTF8.self) }
        #expect(mails.count == 1)
        #expect(mails[0].contains("\r\nSubject: ses-mail integration test: Forward to Gmail\r\n"))
    }

    @Test("Rules are left where that is asked for, and nobody else's is touched")
    func cleanup() throws {
        let arguments = ["rules", "set", "test-bounce@example.com", "store", "--disabled"]
        #expect(try world.run(arguments).status == 0)
        let before = try world.row("test-bounce@example.com")?["action"]
        #expect(try test(Self.options + ["--json"]).status == 0)
        let row = try world.row("test-bounce@example.com")
        #expect(row?["action"] == before && row?["enabled"] == .bool(false))
        #expect(try world.row("test-forward@example.com") == nil)
        #expect(try world.rules.count == 1)
        #expect(try test(Self.options + ["--skip-cleanup"]).status == 0)
        let left = try world.rules.compactMap { $0["PK"]?.string }.sorted()
        #expect(left.count == 3)
        #expect(left[0].hasPrefix("ROUTE#test-bounce+") && left[0].hasSuffix("@example.com"))
        #expect(left[1] == "ROUTE#test-bounce@example.com")
        #expect(left[2].hasPrefix("ROUTE#test-forward+"))
    }

    /// What a test prints that is interrupted once it has begun this step.
    private func interrupted(at step: String, _ arguments: [String] = []) throws -> String {
        let command = try RunningCommand(
            ["test"] + Self.options + arguments,
            environment: world.environment(), in: folder)
        #expect(command.output(with: step) != nil)
        command.interrupt()
        let output = command.wholeOutput()
        #expect(try command.end().status == 1)
        return output
    }

    @Test("Ctrl-C ends it, and takes back what was made")
    func stopped() throws {
        try world.post("faults", ["kind": "status", "at": "any", "status": 503, "times": 1000])
        let output = try interrupted(at: "Step 4")
        #expect(output.contains("Failure: Stopped by a signal before the end.\n"))
        #expect(!output.contains("Test: Bounce"))
        #expect(try world.rules.isEmpty)
    }

    @Test("A test that is stopped before all was tried has not passed")
    func stoppedInBetween() throws {
        try #"{"environments": {"local": {"timeout_settings": {"xray_trace": 0}}}}"#
            .write(
                to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
        // From here on nothing of the first mail is waited for.
        _ = try interrupted(at: "Step 5", ["--config", "config.json"])
        #expect(try world.rules.isEmpty)
    }

    @Test("What does not happen in time fails, is named, and the rest is tried")
    func fails() throws {
        try world.post("faults", ["kind": "status", "at": "any", "status": 503, "times": 1000])
        let config = folder.appending(path: "config.json")
        try #"{"environments": {"local": {"timeout_settings": {"pipeline_processing": 30}}}}"#
            .write(to: config, atomically: true, encoding: .utf8)
        let run = try test(Self.options + ["--config", "config.json", "--json"])
        #expect(run.status == 2)
        let printed = try JSONValue(parsing: Array(run.output.utf8))
        #expect(try printed == report())
        #expect(printed["failed"] == 1)
        let failed = try #require(printed["tests"]?.array?.first)
        let failure = try #require(failed["failure"]?.string)
        #expect(
            failure.hasPrefix(
                "The gmail-forwarder did not finish within 30 s"))
        #expect(failed["details"]?["gmail_queue_received"] == false)
        #expect(failed["details"]?["routing_rule_removed"] == true)
        #expect(printed["tests"]?.array?.last?["status"] == "PASS")
    }

    @Test("A sender that SES has not verified is refused, and both scenarios say so")
    func unverified() throws {
        var options = Self.options
        options[1] = "sender@elsewhere.example"
        let run = try test(options + ["--json"])
        #expect(run.status == 2)
        let report = try report()
        #expect(report["failed"] == 2)
        #expect(
            report["tests"]?.array?.first?["failure"]?.string?.contains("SES does not send") == true
        )
        #expect(try world.rules.isEmpty)
    }

    @Test("What is missing or wrong in options and file is said, and nothing is done")
    func wrong() throws {
        let file = folder.appending(path: "wrong.json")
        for (content, arguments, words) in [
            ("{}", [], "Give --from, or set from_address in wrong.json."),
            ("{", Self.options, "The file wrong.json is not valid JSON: "),
            (
                #"{"environments": {"local": {"timeout_settings": {"xray_trace": -1}}}}"#,
                Self.options, "timeout_settings.xray_trace is a number of seconds, 3600 at most."
            ),
            (
                "{}", ["--from", "nobody"] + Self.options.dropFirst(2),
                "--from does not make a mail address"
            ),
        ] {
            try content.write(to: file, atomically: true, encoding: .utf8)
            let run = try test(arguments + ["--config", "wrong.json"])
            #expect(run.status == 64)
            #expect(run.complaint.contains(words))
        }
        #expect(try world.rules.isEmpty)
        #expect(try test(Self.options + ["--config", "none.json"]).status == 4)
    }

    @Test("The script of the same purpose is the same command, and knows the local deployment")
    func script() throws {
        let process = Process()
        process.executableURL = Repository.root.appending(path: "scripts/integration_test.py")
        process.arguments = ["--env", "local", "--json", "--config", configuration]
        process.environment = try world.environment([
            "PATH": "/usr/bin:/bin",
            "SES_MAIL_PROGRAM": Repository.products.appending(path: "ses-mail").path,
        ])
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try JSONValue(parsing: Array(output))["passed"] == 2)
    }

    private var configuration: String {
        Repository.root.appending(path: "scripts/test_config.json").path
    }
}
