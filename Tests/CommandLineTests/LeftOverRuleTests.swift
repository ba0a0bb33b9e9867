import AWS
import Foundation
import HTTP
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What the integration test reports of what it has made and cannot delete, against a deployed
/// world whose table refuses some calls.
@Suite(.waiting)
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
        let (endpoint, authority) = (world.endpoint, world.authority)
        return try LoopbackServer { request in
            if isRefused(request) {
                return Answer(400, [], #"{"__type": "x#AccessDeniedException", "message": "no"}"#)
            }
            do {
                let answer = try World.passOn(
                    request, to: endpoint, trusting: authority, signingName: "dynamodb")
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
            let failure = try #require(test["failure"]?.string)
            #expect(failure.contains("(AccessDeniedException)"))
            let pattern = /test's rule for (\S+) was not deleted\. Delete it with: ses-mail (.+)$/
            let match = try #require(failure.firstMatch(of: pattern))
            #expect(match.output.1.hasPrefix("test-\(name)+"))
            #expect(match.output.2 == "rules remove \(match.output.1)")
            // The command is the one that does it.
            let words = match.output.2.split(separator: " ").map(String.init) + ["--yes"]
            #expect(try world.run(words).status == 0)
        }
        #expect(try world.rules.isEmpty)
    }

    @Test("A rule that somebody changes meanwhile stays, and is told")
    func changed() throws {
        let here = try world.environment()
        let address = Mutex("")
        // Whoever looks at the forwarder's mark finds the rule changed.
        let table = try table { request in
            if let match = request.bodyText.firstMatch(of: /ROUTE#(test-forward\+[^"]+)"/) {
                address.withLock { $0 = String(match.output.1) }
            }
            if request.bodyText.contains("GMAIL") {
                let change = [
                    "rules", "set", address.withLock { $0 }, "store", "--description", "Mine",
                ]
                // That it was made is seen at the end.
                _ = try? CommandRun(change, environment: here)
            }
            return false
        }
        defer { table.stop() }
        let run = try test([], ["AWS_ENDPOINT_URL_DYNAMODB": table.url])
        #expect(run.status == 2)
        let rule = address.withLock { $0 }
        #expect(
            run.output.contains(
                "\nFailure: Somebody else has changed the rule for \(rule) meanwhile, so it stays "
                    + "as it is. Look at it with: ses-mail rules show \(rule)\n"))
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
        #expect(failure.hasPrefix("The gmail-forwarder did not finish within 1 s"))
        #expect(failure.contains("ses-mail rules remove test-forward+"))
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
        #expect(failure.hasPrefix("The stored mail emails/\(id) was not deleted: "))
        #expect(test["details"]?["routing_rule_removed"] == true)
        #expect(try world.rules.isEmpty)
    }
}
