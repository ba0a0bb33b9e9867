import AWS
import FunctionTestSupport
import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What the functions said, against a deployed world.
@Suite(.waiting)
struct LogsCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func mail(to recipient: String) throws -> String {
        let text = "From: a@remote.example\r\nMessage-ID: <\(recipient)>\r\n\r\nx\r\n"
        let id = try world.send(Array(text.utf8), to: [recipient])
        #expect(try world.outcomes(of: id).count == 1)
        return id
    }

    /// One that is stored, one that is bounced, and one that fails three times.
    private func mails() throws -> [String] {
        try world.database.putItem(RandomRules.row("broken@example.com", "forward-to-gmail"))
        #expect(try world.run(["rules", "set", "kept@example.com", "store"]).status == 0)
        return try ["kept", "nobody", "broken"].map { try mail(to: "\($0)@example.com") }
    }

    @Test("Lines of all functions in their order, of one mail, of trouble, and what queries find")
    func lines() throws {
        let ids = try mails()
        var transcript = try world.transcript(
            ids.map { ["logs", "--mail", $0] } + [
                ["logs", "--errors"], ["logs", "smtp-credential-manager"],
                ["logs", "bouncer", "--mail", ids[0]], ["logs", "bouncer", "--json"],
                ["logs", "--query", "list"], ["logs", "--query", "routing-decision-analysis"],
                ["logs", "--query", "bouncer-failures"],
                ["logs", "--query", "email-end-to-end-trace"], ["logs", "--query", "nonsense"],
                ["logs", "--query", "bouncer-failures", "--mail", ids[0]],
            ])
        for (id, name) in zip(ids, ["KEPT", "NOBODY", "BROKEN"]) {
            transcript = transcript.replacingOccurrences(of: id, with: name)
        }
        transcript =
            transcript
            .replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "REQUEST")
            .replacing(/durationMs(=|":)[0-9.]+/) { "durationMs\($0.output.1)1.5" }
            .replacing(/(?m)  [0-9.]+$/, with: "  1.5")
        #expect(try transcript == GoldenFile("logs.txt").accepted(transcript))
    }

    @Test("A query about one mail has its id, and its answer can be had as JSON")
    func query() throws {
        let id = try mail(to: "nobody@example.com")
        let run = try world.run([
            "logs", "--query", "email-end-to-end-trace", "--mail", id, "--json",
        ])
        let rows = try JSONValue(parsing: run.output).array ?? []
        let outcomes = rows.compactMap { $0["outcome"]?.string }
        #expect(outcomes == ["routed", "bounced"])
        let functions = rows.compactMap { $0["@log"]?.string?.split(separator: "/").last }
        #expect(functions.first == "ses-mail-router-enrichment-local")
        // A query over all functions finds what Lambda itself says of each.
        let table = try world.run(["logs", "--query", "performance-analysis"])
        #expect(table.output.contains("/aws/lambda/ses-mail-bouncer-local"))
    }

    @Test("Raw lines have Lambda's own and the counts in them, as they are")
    func raw() throws {
        _ = try mail(to: "nobody@example.com")
        let run = try world.run(["logs", "bouncer", "--raw"])
        #expect(run.output.contains(#""type": "platform.report""#))
        #expect(run.output.contains(#""BounceSendSuccess":1"#))
        let quiet = try world.run(["logs", "bouncer"])
        #expect(quiet.output.split(separator: "\n").count == 1)
        #expect(quiet.output.contains("outcome=bounced"))
    }

    @Test("What is older than asked for is left out")
    func since() throws {
        let logs = JSONProtocol(
            client: world.session.client(signingName: "logs"), endpoint: world.endpoint,
            service: "CloudWatchLogs", targetPrefix: "Logs_20140328", version: .v1_1)
        let stream: [JSONValue.Member] = [
            .init("logGroupName", "/aws/lambda/ses-mail-bouncer-local"),
            .init("logStreamName", "old"),
        ]
        // It answers nothing, which is no JSON.
        _ = try? logs.call("CreateLogStream", .object(stream))
        let event: JSONValue = [
            "timestamp": .integer((Clock.epochSeconds() - 7200) * 1000),
            "message": #"{"level":"WARN","message":"long ago"}"#,
        ]
        _ = try logs.call("PutLogEvents", .object(stream + [.init("logEvents", [event])]))
        #expect(try world.run(["logs", "bouncer"]).output.isEmpty)
        for since in ["3h", Clock.text(Clock.epochSeconds() - 7210)] {
            let run = try world.run(["logs", "bouncer", "--since", since])
            #expect(run.output.hasSuffix("bouncer  WARN   long ago\n"))
        }
    }

    private func following(_ arguments: [String]) throws -> RunningCommand {
        try RunningCommand(
            ["logs", "--follow"] + arguments, environment: world.environment())
    }

    @Test("Followed, each line is shown once as it comes, until Ctrl-C")
    func follow() throws {
        let first = try mail(to: "nobody@example.com")
        let command = try following(["bouncer", "router-enrichment"])
        #expect(try #require(command.output(with: "outcome=bounced")).contains(first))
        let second = try mail(to: "nobody@example.com")
        let third = try mail(to: "someone@example.com")
        let text = try #require(command.output(with: "messageId=\(third)  outcome=bounced"))
        command.interrupt()
        let end = try command.end()
        #expect(end.status == 0)
        #expect(end.complaint.isEmpty)
        for id in [first, second, third] {
            #expect(text.components(separatedBy: "messageId=\(id)").count == 3, "shown twice")
        }
    }

    @Test("It ends when nobody reads any more")
    func closed() throws {
        _ = try mail(to: "nobody@example.com")
        let command = try following(["bouncer"])
        #expect(command.output(with: "outcome=bounced") != nil)
        try command.stopReading()
        #expect(try command.end().status == 0)
    }
}
