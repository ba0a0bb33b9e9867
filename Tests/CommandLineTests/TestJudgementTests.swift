import AWS
import FunctionTestSupport
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What the integration test is judged by: its own mails and rules alone, against a deployed world.
@Suite(.waiting)
struct TestJudgementTests {
    private let world: World
    private let folder: URL

    init() throws {
        world = try LocalCloud.shared.get().world()
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func test(_ arguments: [String]) throws -> CommandRun {
        try world.run(["test"] + arguments, in: folder)
    }

    @Test("Two tests at once do not undo each other's rules, and each has its report")
    func twoAtOnce() throws {
        let first = try RunningCommand(
            ["test"] + TestCommandTests.options,
            environment: world.environment(), in: folder)
        #expect(first.output(with: "Step 2") != nil)
        #expect(try test(TestCommandTests.options).status == 0)
        #expect(first.wholeOutput().contains("\nPassed: 2\nFailed: 0\n"))
        #expect(try first.end().status == 0)
        #expect(try world.rules.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    @Test("Dead letters of other mails say nothing about the test's own")
    func otherDeadLetters() throws {
        try world.database.putItem(RandomRules.row("broken@example.com", "forward-to-gmail"))
        let text = "From: a@remote.example\r\nMessage-ID: <1@r.example>\r\n\r\nx\r\n"
        let id = try world.send(Array(text.utf8), to: ["broken@example.com"])
        #expect(try world.outcomes(of: id) == ["broken@example.com": "dead-letter"])
        let run = try test(TestCommandTests.options)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.components(separatedBy: "  - dlq_messages: 0\n").count == 3)
        // It was looked at, and is there as before.
        #expect(try world.sqs.queue("ses-email-input-dlq-local").waiting == 1)
    }

    @Test("A bounce that the bouncer suppresses without counting it has not passed")
    func uncounted() throws {
        let (endpoint, authority) = (world.endpoint, world.authority)
        let logs = try LoopbackServer { request in
            // As if the count had not been written.
            if request.bodyText.contains("BounceSuppressed") {
                return Answer(200, [], #"{"events": []}"#)
            }
            do {
                let answer = try World.passOn(
                    request, to: endpoint, trusting: authority, signingName: "logs")
                return Answer(answer.status, [], answer.body)
            } catch {
                return Answer(500, [], "\(error)")
            }
        }
        defer { logs.stop() }
        let config = folder.appending(path: "config.json")
        try #"{"environments": {"local": {"timeout_settings": {"pipeline_processing": 10}}}}"#
            .write(to: config, atomically: true, encoding: .utf8)
        let run = try CommandRun(
            ["test"] + TestCommandTests.options + ["--config", "config.json", "--json"],
            environment: world.environment(["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": logs.url]),
            in: folder)
        #expect(run.status == 2)
        let tests = try JSONValue(parsing: Array(run.output.utf8))["tests"]?.array
        #expect(tests?.map { $0["status"] } == ["PASS", "FAIL"])
        #expect(
            tests?.last?["failure"]?.string?.hasPrefix("The bouncer did not finish within 10 s")
                == true)
    }

    @Test("With Transaction Search a trace that X-Ray has not indexed is no failure")
    func notIndexed() throws {
        let xray = try LoopbackServer { request in
            request.target == "/GetTraceSegmentDestination"
                ? Answer(200, [], #"{"Destination": "CloudWatchLogs", "Status": "ACTIVE"}"#)
                : Answer(200, [], #"{"TraceSummaries": []}"#)
        }
        defer { xray.stop() }
        let run = try CommandRun(
            ["test"] + TestCommandTests.options,
            environment: world.environment(["AWS_ENDPOINT_URL_XRAY": xray.url]), in: folder)
        #expect(run.status == 0)
        #expect(run.output.components(separatedBy: "  - xray_trace: not indexed").count == 3)
    }
}
