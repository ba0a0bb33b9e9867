import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// The commands about Gmail against a deployed world, whose Google they find by themselves.
@Suite(.waiting)
struct GmailWorldTests {
    private let world: World
    private let folder: ScratchFolder

    init() throws {
        world = try LocalCloud.shared.get().world()
        folder = try ScratchFolder()
    }

    /// Everything that must not be told.
    private func secrets() throws -> [String] {
        let accounts = try world.get("mailbox/accounts").array ?? []
        return accounts.flatMap { account in
            ["refresh_token", "client_secret"].compactMap { account[$0]?.string }
        }
    }

    private func newAccount(_ address: String) throws -> String {
        let token = try world.post("mailbox/accounts", ["address": .string(address)])
        return try folder.file("token.json", String(decoding: token.bytes, as: UTF8.self))
    }

    private func consent(_ arguments: [String]) throws -> ConsentRun {
        try ConsentRun(
            ["gmail", "authorize"] + arguments, environment: world.environment())
    }

    @Test("Tokens are looked at, tried, lost and put as it was accepted")
    func transcript() throws {
        let file = try newAccount("new@gmail.com")
        let before = try secrets()
        var transcript = try world.transcript([
            ["gmail", "status"],
            ["gmail", "test"],
            ["gmail", "test", "--mailbox", "me@gmail.com", "--json"],
            ["gmail", "test", "--mailbox", "stranger@gmail.com"],
            ["rules", "set", "a@example.com", "forward", "new@gmail.com"],
            ["gmail", "status", "--mailbox", "new@gmail.com"],
            ["gmail", "status"],
            ["gmail", "put", file, "--mailbox", "me@gmail.com"],
            ["gmail", "put", file],
            ["gmail", "put", file, "--mailbox", "new@gmail.com"],
            ["gmail", "status", "--mailbox", "new@gmail.com", "--json"],
            ["gmail", "test", "--mailbox", "new@gmail.com"],
        ])
        try world.post("mailbox/revoke", ["address": "new@gmail.com"])
        transcript += try world.transcript([
            ["gmail", "status"],
            ["gmail", "test", "--mailbox", "new@gmail.com"],
            ["gmail", "put", file, "--mailbox", "new@gmail.com"],
        ])
        for secret in try before + secrets() { #expect(!transcript.contains(secret)) }
        let accepted = transcript.withoutIdentifiers
            .replacingOccurrences(of: file, with: "token.json")
        #expect(try accepted == GoldenFile("gmail.txt").accepted(accepted))
        let mails = try world.mailbox("new@gmail.com")
        #expect(mails.count == 1)
        let mail = String(decoding: try #require(mails.first), as: UTF8.self)
        #expect(mail.contains("To: <new@gmail.com>\r\nSubject: ses-mail test\r\n"))
        let shown = try world.get("mailbox?mailbox=new@gmail.com").array?.first
        #expect(shown?["labels"] == ["INBOX", "UNREAD"])
    }

    @Test("A consent opens the mailbox for the forwarder, and no log tells a secret")
    func consent() throws {
        let arguments = ["rules", "set", "b@example.com", "forward", "mine@gmail.com"]
        #expect(try world.run(arguments).status == 0)
        let run = try consent(["--mailbox", "mine@gmail.com"])
        let sent = try run.browse(run.page)
        #expect(sent.status == 302)
        let back = try #require(sent.headers["Location"])
        #expect(back.hasPrefix("\(run.redirect)?state=\(run.state)&code="))
        #expect(try run.browse(back).status == 200)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(
            outcome.output.hasPrefix(
                "The token is in /ses-mail/local/gmail-token/mine_40gmail.com, version 1. "))
        #expect(try world.run(["gmail", "test", "--mailbox", "mine@gmail.com"]).status == 0)
        let mail = "Message-ID: <1@x>\r\nSubject: s\r\n\r\nb\r\n"
        let id = try world.send(Array(mail.utf8), to: ["b@example.com"])
        #expect(try world.outcomes(of: id) == ["b@example.com": "imported"])
        #expect(try world.mailbox("mine@gmail.com").count == 2)
        let log = String(decoding: try world.bytes("logs?function=gmail-forwarder"), as: UTF8.self)
        #expect(log.contains(id))
        for secret in try secrets() {
            #expect(!(log + outcome.output + outcome.complaint).contains(secret))
        }
        let refusals = try world.get("refusals")
        #expect(refusals == [])
    }

    @Test("Who says no at the emulated Google is believed")
    func denied() throws {
        try world.post("faults", ["kind": "deny", "at": "consent"])
        let run = try consent([])
        let back = try #require(try run.browse(run.page).headers["Location"])
        _ = try run.browse(back)
        let outcome = run.outcome()
        #expect(outcome.status == 3)
        #expect(outcome.sentence.hasPrefix("ses-mail: You did not consent (access_denied). "))
        #expect(try world.run(["gmail", "test"]).status == 0)
    }

    @Test("A refresh token that the emulated Google rotates is not lost")
    func rotated() throws {
        try world.post("faults", ["kind": "rotate", "at": "token"])
        let status = ["gmail", "status", "--mailbox", "me@gmail.com", "--json"]
        let first = try JSONValue(parsing: Array(world.run(status).output.utf8))
        #expect(first["tokens"]?.array?.first?["severity"] == "ok")
        let second = try JSONValue(parsing: Array(world.run(status).output.utf8))
        #expect(second["tokens"]?.array?.first?["severity"] == "ok")
        #expect(second["tokens"]?.array?.first?["version"] == 2)
    }
}

extension String {
    /// With what is different each time replaced.
    fileprivate var withoutIdentifiers: String {
        replacing(/[0-9a-f]{32}@ses-mail/, with: "1.2@ses-mail")
            .replacing(/the mail: [0-9a-f]{16}/, with: "the mail: 18c")
            .replacing(/"id":"[0-9a-f]{16}"/, with: "\"id\":\"18c\"")
    }
}
