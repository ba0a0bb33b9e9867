import AWS
import FunctionTestSupport
import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The commands about queues and about one mail, against a deployed world.
@Suite(.waiting)
struct QueuesCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func mail(_ number: Int) -> [UInt8] {
        Array("From: a@remote.example\r\nMessage-ID: <\(number)@remote.example>\r\n\r\nx\r\n".utf8)
    }

    /// Mails that the router cannot route, in the dead-letter queue.
    private func deadMails(_ count: Int) throws -> [String] {
        try world.database.putItem(RandomRules.row("a@example.com", "forward-to-gmail"))
        let ids = try (0..<count).map { try world.send(mail($0), to: ["a@example.com"]) }
        for id in ids {
            #expect(try world.outcomes(of: id) == ["a@example.com": "dead-letter"])
        }
        return ids
    }

    @Test("Dead letters are counted, looked at, and worked on again once the cause is mended")
    func redrive() throws {
        let empty = try world.transcript([
            ["queues", "status"], ["queues", "status", "--json"], ["queues", "peek", "bouncer"],
            ["queues", "redrive", "input"],
        ])
        let ids = try deadMails(1)
        let dead = try world.transcript([
            ["queues", "status"], ["queues", "peek", "input"],
            ["queues", "peek", "ses-email-input-dlq-local"], ["queues", "redrive", "input"],
        ])
        // A look leaves everything as it was.
        #expect(try world.sqs.queue("ses-email-input-dlq-local").waiting == 1)
        let arguments = ["rules", "set", "a@example.com", "forward", "me@gmail.com"]
        #expect(try world.run(arguments).status == 0)
        let moved = try world.transcript([["queues", "redrive", "ses-email-input", "--yes"]])
        #expect(try world.outcomes(of: ids[0]) == ["a@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com") == [mail(0)])
        let transcript = [empty, dead, moved].joined(separator: "\n")
            .masking(ids[0], as: "MAIL").masking(/[0-9a-f]{8}-[0-9a-f-]{27}/, as: "MESSAGE")
        #expect(try transcript == GoldenFile("queues.txt").accepted(transcript))
    }

    @Test("As many as are asked for are moved, with their attributes, and the others stay")
    func some() throws {
        let ids = try deadMails(3)
        let arguments = ["rules", "set", "a@example.com", "forward", "me@gmail.com"]
        #expect(try world.run(arguments).status == 0)
        let run = try world.run([
            "queues", "redrive", "input", "--max", "2", "--rate", "100", "--yes", "--json",
        ])
        #expect(run.status == 0)
        #expect(
            run.output
                == #"{"queue":"ses-email-input-dlq-local","moved":2,"left":0,"#
                + #""status":"COMPLETED"}"# + "\n")
        let outcomes = try ids.flatMap { try world.outcomes(of: $0).values }.sorted()
        #expect(outcomes == ["dead-letter", "imported", "imported"])
        let left = try JSONValue(
            parsing: Array(try world.run(["queues", "peek", "input", "--json"]).output.utf8))
        #expect(left.array?.count == 1)
        #expect(try ids.contains(#require(left.array?.first?["mail"]?.string)))
        #expect(try world.run(["queues", "redrive", "input", "--yes"]).status == 0)
        for id in ids { #expect(try world.outcomes(of: id) == ["a@example.com": "imported"]) }
        #expect(try world.mailbox("me@gmail.com").count == 3)
    }

    @Test("A mail is found wherever it is")
    func trace() throws {
        let id = try deadMails(1)[0]
        let stuck = try world.run(["trace", id])
        #expect(stuck.status == 0)
        #expect(
            stuck.output.contains(
                "s3://ses-mail-storage-123456789012-local/emails/\(id)  \(mail(0).count) bytes"))
        #expect(stuck.output.contains("LEDGER\n   nothing\n"))
        #expect(stuck.output.contains("   ses-email-input-dlq-local  "))
        let arguments = ["rules", "set", "a@example.com", "forward", "me@gmail.com"]
        #expect(try world.run(arguments).status == 0)
        #expect(try world.run(["queues", "redrive", "input", "--yes"]).status == 0)
        #expect(try world.outcomes(of: id) == ["a@example.com": "imported"])
        let done = try world.run(["trace", id])
        #expect(done.output.contains("STORED\n   not stored: imported, or older than"))
        #expect(done.output.contains("   GMAIL#me@gmail.com  done\n"))
        #expect(done.output.contains("outcome=imported"))
        #expect(done.output.contains("DEAD LETTERS\n   nothing\nX-RAY\n   1-"))
        #expect(done.output.hasSuffix("router-enrichment → gmail-forwarder\n"))
        #expect(done.output.contains("Z  a@example.com: forward-to-gmail\n"))
        let json = try JSONValue(
            parsing: Array(try world.run(["trace", id, "--json"]).output.utf8))
        #expect(json["object"] == .null)
        #expect(
            json["ledger"] == [["effect": "GMAIL#me@gmail.com", "state": "done", "reason": .null]])
        #expect(json["dead_letters"] == [])
        let targets = json["decisions"]?.array?.first?["targets"]
        #expect(targets == [["recipient": "a@example.com", "action": "forward-to-gmail"]])
        let outcomes = (json["log"]?.array ?? []).compactMap { $0["outcome"]?.string }
        #expect(outcomes.suffix(2) == ["routed", "imported"])
    }

    @Test("Of a mail that was never here nothing is known")
    func unknown() throws {
        let run = try world.run(["trace", "0123456789abcdef"])
        #expect(run.status == 4)
        // Fourteen days ago, by the world's clock.
        let since = /since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\./
        #expect(
            run.complaint.replacing(since, with: "since THEN.")
                == "ses-mail: Nothing is known of the mail 0123456789abcdef in local in "
                + "ap-southeast-2 since THEN. Check --env, or look further back with --since.\n")
    }
}
