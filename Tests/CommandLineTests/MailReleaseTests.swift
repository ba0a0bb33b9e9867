import AWS
import Foundation
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// Stored mail that an operator has imported, against a deployed world.
@Suite(.waiting)
struct MailReleaseTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func mail(_ number: Int, _ header: String = "X-SES-Virus-Verdict: PASS") -> [UInt8] {
        Array(
            """
            Return-Path: <anna@remote.example>\r
            \(header)\r
            From: Anna <anna@remote.example>\r
            Subject: Mail \(number)\r
            Message-ID: <\(number)@remote.example>\r
            \r
            x\r

            """.utf8)
    }

    private func rule(_ arguments: String...) throws {
        #expect(try world.run(["rules", "set"] + arguments).status == 0)
    }

    private func sent(_ mail: [UInt8], to recipient: String, verdicts: JSONValue = [:]) throws
        -> String
    {
        let id = try world.send(mail, to: [recipient], verdicts: verdicts)
        _ = try world.outcomes(of: id)
        return id
    }

    private func release(_ id: String, _ options: String...) throws -> CommandRun {
        let run = try world.run(["mail", "release", id, "--yes"] + options)
        try world.waitUntilQuiet()
        return run
    }

    private func isStored(_ id: String) throws -> Bool {
        try world.run(["mail", "list", "--json"]).output.contains(id)
    }

    @Test("Spam is imported once, its sender allowed, and the copy stays until it is deleted")
    func spam() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        let spam = mail(1, "X-SES-Spam-Verdict: FAIL")
        let id = try sent(spam, to: "a@example.com", verdicts: ["spam": "FAIL"])
        #expect(try world.inbox("me@gmail.com").isEmpty)
        #expect(
            try release(id, "--allow").output.hasSuffix(
                "anna@remote.example is allowed.\nFollow it with: ses-mail trace \(id)\n"))
        #expect(try world.inbox("me@gmail.com") == [spam])
        let row = try world.database.getItem(
            key: ["PK": .string("SENDER#anna@remote.example"), "SK": .string("RULE#v1")])
        #expect(row?["verdict"] == .string("allow"))
        // Asked again it is not imported again, but where that is wanted.
        #expect(try release(id).status == 0)
        #expect(try imports() == 1)
        #expect(try release(id, "--again").status == 0)
        #expect(try imports() == 2)
        let listed = try world.run(["mail", "list", "--junk"]).output
        #expect(listed.contains("junk, released") && listed.contains(id))
        #expect(try world.run(["mail", "delete", id, "--yes"]).output == deleted(id, listed))
        #expect(try !isStored(id))
        #expect(try world.run(["mail", "show", id]).status == 4)
    }

    private func deleted(_ id: String, _ listed: String) -> String {
        listed + "\(id) is deleted.\n"
    }

    private func imports() throws -> Int? {
        try world.listed("me@gmail.com", label: "INBOX").first?["imports"]?.integer
    }

    @Test(
        "What Gmail refused is tried again, and what no rule forwards goes where it is said"
    )
    func refused() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        try rule("k@example.com", "store")
        try world.post(
            "faults",
            [
                "kind": "refuse", "status": 400, "reason": "invalidArgument",
                "message": "Invalid From header", "header": "X-Malformed: yes",
            ])
        let malformed = mail(2, "X-Malformed: yes")
        let id = try sent(malformed, to: "a@example.com")
        #expect(try world.run(["mail", "list", "--refused", "--tsv"]).output.contains(id))
        try world.delete("faults")
        #expect(try release(id).status == 0)
        #expect(try world.mailbox("me@gmail.com").last == malformed)
        #expect(try isStored(id))

        let kept = try sent(mail(3), to: "k@example.com")
        let none = try release(kept)
        #expect(none.status == 3)
        #expect(
            none.complaint
                == "ses-mail: The mail \(kept) has no mailbox: no rule of k@example.com forwards. "
                + "Name the mailbox with --to. Nothing was released.\n")
        #expect(try release(kept, "--to", "me@gmail.com", "--label", "IMPORTANT").status == 0)
        let labels = try world.get("mailbox?mailbox=me%40gmail.com").array?.last?["labels"]
        #expect(labels == ["IMPORTANT", "INBOX", "UNREAD"])
        #expect(try isStored(kept))
    }

    @Test("A release is a decision that keeps the copy, and that a blocked sender does not change")
    func blocked() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        try world.database.putItem([
            "PK": .string("SENDER#anna@remote.example"), "SK": .string("RULE#v1"),
            "verdict": .string("block"), "enabled": .bool(true),
        ])
        let id = try sent(mail(4), to: "a@example.com")
        #expect(try world.mailbox("me@gmail.com").isEmpty)
        let refused = try release(id, "--allow")
        #expect(refused.status == 3)
        #expect(refused.complaint.contains("anna@remote.example is blocked, and stays so."))
        #expect(try world.mailbox("me@gmail.com").isEmpty)
        #expect(try release(id).status == 0)
        #expect(try world.mailbox("me@gmail.com") == [mail(4)])
        #expect(try isStored(id))
        // A person is asked, in one sentence, and a virus is named there.
        let asked = try world.run(["mail", "release", id])
        #expect(asked.status == 3)
        #expect(asked.complaint.contains("Import one mail into me@gmail.com in local in"))
    }
}
