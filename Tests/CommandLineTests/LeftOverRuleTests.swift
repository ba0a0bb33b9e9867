import AWS
import Foundation
import HTTP
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What does the integration test say of what it has made and cannot take back? Against a deployed
/// world, whose table refuses some calls.
@Suite(.serialized)
struct LeftOverRuleTests {
    private let world: World
    private let folder: URL

    init() throws {
        world = try LocalCloud.shared.get().world()
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Gives the world's table, but for what is refused.
    private func table(
        refusing isRefused: @escaping @Sendable (ReceivedRequest) -> Bool
    ) throws -> LoopbackServer {
        let endpoint = world.endpoint
        return try LoopbackServer { request in
            if isRefused(request) {
                return Answer(400, [], #"{"__type": "x#AccessDeniedException", "message": "no"}"#)
            }
            var passed = HTTPRequest(
                .post, "\(endpoint)/",
                headers: ["Content-Type": "application/x-amz-json-1.0"],
                body: HTTPBody(request.body), name: CallName("DynamoDB", request.operation))
            passed.headers.add("X-Amz-Target", "DynamoDB_20120810.\(request.operation)")
            do {
                let answer = try World.session(at: endpoint).client(signingName: "dynamodb")
                    .send(passed)
                return Answer(answer.status, [], answer.body)
            } catch {
                return Answer(500, [], "\(error)")
            }
        }
    }

    private func test(_ arguments: [String] = [], _ environment: [String: String]) throws
        -> CommandRun
    {
        try CommandRun(
            [
                "test", "--from", "sender@example.com", "--test-domain", "example.com",
                "--gmail-target", "me@gmail.com",
            ] + arguments, environment: world.environment(environment), in: folder)
    }

    private func report() throws -> JSONValue {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let name = try #require(names.first { $0.hasPrefix("integration_test_report_local_") })
        return try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: name))))
    }

    private static let refusal =
        "(AccessDeniedException): check --profile, and that its credentials are alive and may do "
        + "this. So the test's rule for "

    @Test("A rule that cannot be deleted is a failure, and is named with the command that does it")
    func undeleted() throws {
        let table = try table { $0.operation == "DeleteItem" }
        defer { table.stop() }
        let run = try test(["--json"], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 2)
        let report = try report()
        #expect(try JSONValue(parsing: Array(run.output.utf8)) == report)
        #expect(report["passed"] == 0 && report["failed"] == 2)
        for (test, name) in zip(report["tests"]?.array ?? [], ["forward", "bounce"]) {
            #expect(test["status"] == "FAIL")
            #expect(test["details"]?["routing_rule_removed"] == false)
            // All else went well.
            #expect(test["details"]?["xray_trace_found"] == true)
            let address = "test-\(name)@example.com"
            let command = "rules remove \(address)"
            #expect(
                test["failure"]?.string
                    == "AWS refuses DynamoDB.DeleteItem \(Self.refusal)\(address) was not taken "
                    + "back, and may decide who gets its mail; delete it with: ses-mail \(command) "
                    + "--env local")
            // The command is the one that does it.
            let words = "\(command) --env local --yes".split(separator: " ").map(String.init)
            #expect(try world.run(words).status == 0)
        }
        #expect(try world.rules.isEmpty)
    }

    @Test("A rule that cannot be put back is a failure, and the command makes it as it was")
    func unrestored() throws {
        let address = "test-bounce@example.com"
        let words = "-It's ours; $HOME"
        let before = ["rules", "set", address, "store", "--disabled", "--description=\(words)"]
        #expect(try world.run(before).status == 0)
        let row = try #require(try world.row(address))
        let count = Mutex(0)
        let table = try table { request in
            guard request.operation == "UpdateItem", request.bodyText.contains("#\(address)")
            else { return false }
            // The first one makes the test's rule.
            return count.withLock { count in
                count += 1
                return count > 1
            }
        }
        defer { table.stop() }
        let run = try test([], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 2)
        #expect(run.output.contains("\nPassed: 1\nFailed: 1\n"))
        #expect(run.output.contains("\nTest: Bounce Email\nStatus: FAIL\nFailure: AWS refuses "))
        #expect(run.output.contains("\n  - routing_rule_removed: false\n"))
        let command =
            #"ses-mail rules set \#(address) store '--description=-It'\''s ours; $HOME' "#
            + "--disabled --env local"
        #expect(
            run.output.contains(
                "UpdateItem \(Self.refusal)\(address) was not taken back, and may decide who gets "
                    + "its mail; put back the one that stood there with: \(command)\n"))
        // A shell is given it as it was printed.
        let path = "\(Repository.products.path):/usr/bin:/bin"
        let mended = try CommandRun(
            shell: command, environment: world.environment(["PATH": path]))
        #expect(mended.status == 0, "\(mended.complaint)")
        let now = try #require(try world.row(address))
        for name in ["action", "target", "enabled", "description", "created_at"] {
            #expect(now[name] == row[name])
        }
    }

    @Test("A rule that somebody changes meanwhile stays, and is told")
    func changed() throws {
        let address = "test-forward@example.com"
        let here = try world.environment()
        // Whoever looks at the forwarder's mark finds the rule changed.
        let table = try table { request in
            if request.bodyText.contains("GMAIL") {
                let change = ["rules", "set", address, "store", "--description", "Mine"]
                // That it was made is seen at the end.
                _ = try? CommandRun(change, environment: here)
            }
            return false
        }
        defer { table.stop() }
        let run = try test([], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 2)
        #expect(
            run.output.contains(
                "\nFailure: Somebody else has changed the rule for \(address) meanwhile, and "
                    + "it stays as it is now; look at it with: ses-mail rules show \(address) "
                    + "--env local\n"))
        #expect(try world.rules.compactMap { $0["description"] } == [.string("Mine")])
    }

    @Test("A rule that is left because that was asked for is no failure")
    func skipped() throws {
        let table = try table { $0.operation == "DeleteItem" }
        defer { table.stop() }
        let run = try test(
            ["--skip-cleanup", "--json"], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 0, "\(run.complaint)")
        let report = try report()
        #expect(report["passed"] == 2 && report["failed"] == 0)
        #expect(!run.output.contains("routing_rule_removed"))
        #expect(try world.rules.count == 2)
    }

    @Test("What did not happen is told before the rule that is left")
    func twice() throws {
        try world.post("faults", ["kind": "status", "at": "any", "status": 503, "times": 1000])
        try #"{"environments": {"local": {"timeout_settings": {"pipeline_processing": 1}}}}"#
            .write(
                to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
        let table = try table { $0.operation == "DeleteItem" }
        defer { table.stop() }
        let run = try test(
            ["--config", "config.json", "--json"], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 2)
        let failure = try #require(try report()["tests"]?.array?.first?["failure"]?.string)
        #expect(failure.hasPrefix("The gmail-forwarder was not through within 1 s"))
        #expect(failure.hasSuffix("ses-mail rules remove test-forward@example.com --env local"))
    }

    @Test("A stored mail that cannot be deleted is named")
    func mail() throws {
        let bucket = try LoopbackServer(answers: [
            Answer(403, [], "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
        ])
        defer { bucket.stop() }
        let run = try test(["--json"], ["AWS_ENDPOINT_URL_S3": bucket.url])
        #expect(run.status == 2)
        let test = try #require(try report()["tests"]?.array?.last)
        let id = test["details"]?["message_id"]?.string ?? "none"
        let failure = try #require(test["failure"]?.string)
        #expect(failure.hasPrefix("The stored mail emails/\(id) was not deleted: AWS refuses S3."))
        #expect(test["details"]?["routing_rule_removed"] == true)
        #expect(try world.rules.isEmpty)
    }
}

extension ReceivedRequest {
    /// Of AWS's JSON protocols.
    fileprivate var operation: String {
        String(header("X-Amz-Target")?.split(separator: ".").last ?? "")
    }
}
