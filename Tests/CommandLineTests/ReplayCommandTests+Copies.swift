import AWS
import Foundation
import JSON
import Mail
import TestSupport
import Testing
@testable import ses_mail

/// What a replay for some leaves to the others.
extension ReplayCommandTests {
    @Test("A replay for somebody else leaves the copy of a mail whose sender was to be told")
    func bouncedCopy() throws {
        try rule("typo@example.com", "bounce")
        try rule("b@example.com", "forward", "me@gmail.com")
        let id = try world.send(mail(11), to: ["typo@example.com"])
        #expect(try world.outcomes(of: id) == ["typo@example.com": "bounced"])
        for _ in 0..<2 {
            let run = try world.run(["replay", id, "--to", "b@example.com", "--yes"])
            #expect(
                run.output.hasPrefix("\(id)  b@example.com; stays stored for typo@example.com\n"))
            _ = try world.outcomes(of: id)
        }
        #expect(try world.mailbox("me@gmail.com") == [mail(11)])
        #expect(try world.get("outbox").array?.count == 1)
    }

    @Test("A replay does not take the mail from a mailbox that has not got it yet")
    func undone() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        try rule("b@example.com", "forward", "gone@gmail.com")
        try world.giveUpSoon("ses-gmail-forwarder")
        let id = try world.send(mail(12), to: ["a@example.com", "b@example.com"])
        let before = try world.outcomes(of: id)
        #expect(before == ["a@example.com": "imported", "b@example.com": "dead-letter"])
        let refused = try world.run(["replay", id, "--to", "a@example.com", "--yes"])
        #expect(refused.status == 3)
        #expect(refused.complaint.contains("the stored copy is all that b@example.com has, and it"))
        // The mailbox that the rule names now has it.
        try rule("b@example.com", "forward", "me@gmail.com")
        let other = try world.run(["replay", id, "--to", "a@example.com", "--yes"])
        #expect(other.output.hasPrefix("\(id)  a@example.com\n"))
        _ = try world.outcomes(of: id)
        #expect(try world.mailbox("me@gmail.com") == [mail(12)])
    }

    @Test("A replay for one of those whom spam was stored for does not need the others")
    func quarantine() throws {
        try rule("*@example.com", "forward", "me@gmail.com")
        let id = try world.send(
            mail(10, spam: "FAIL"), to: ["a@example.com", "b@example.com"],
            verdicts: ["spam": "FAIL"])
        _ = try world.outcomes(of: id)
        let stays = try world.run(["replay", id, "--to", "a@example.com", "--yes"])
        #expect(stays.status == 0)
        let outcomes = try world.outcomes(of: id)
        let trace = try world.run(["trace", id]).output
        #expect(outcomes == ["a@example.com": "stored"], "\(outcomes) \(stays.output) \(trace)")
    }

    @Test("What is not stored, and whom the log does not name, is said, and nothing is sent")
    func refused() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        let id = try world.send(mail(8), to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "imported"])
        let gone = try world.run(["replay", id, "--yes"])
        #expect(gone.status == 4)
        #expect(
            gone.complaint
                == "ses-mail: The mail \(id) cannot be routed again: it is not stored: it was "
                + "imported, or is older than the retention. See: ses-mail trace \(id). Nothing "
                + "was sent.\n")
        let nothing = try world.run(["replay", "--since", "1h", "--yes"])
        #expect(nothing.status == 0)
        #expect(nothing.output == "Nothing to route again.\n")
        for arguments in [
            ["replay"], ["replay", id, "--since", "1h"], ["replay", "a\"b"],
            ["replay", id, "--to", "nobody"], ["replay", "--since", "yesterday"],
        ] {
            #expect(try world.run(arguments).status == 64)
        }
    }
}
