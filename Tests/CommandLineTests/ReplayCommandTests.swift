import AWS
import FunctionTestSupport
import Foundation
import JSON
import Mail
import TestSupport
import Testing
import Text

@testable import ses_mail

/// Mail that is routed again, against a deployed world.
@Suite(.waiting)
struct ReplayCommandTests {
    let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    /// As SES stores a mail, with what it found before the mail's own header.
    func mail(_ number: Int, spam: String = "PASS") -> [UInt8] {
        Array(
            """
            Return-Path: <anna@remote.example>\r
            Received: from mx.remote.example by inbound-smtp.ap-southeast-2.amazonaws.com\r
            X-SES-Spam-Verdict: \(spam)\r
            X-SES-Virus-Verdict: PASS\r
            Authentication-Results: amazonses.com;\r
            \tspf=pass (spfCheck: domain of remote.example) client-ip=192.0.2.1;\r
            \tdkim=none; dmarc=none header.from=remote.example;\r
            From: Anna <anna@remote.example>\r
            Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r
            Message-ID: <\(number)@remote.example>\r
            X-SES-Spam-Verdict: PASS\r
            \r
            x\r

            """.utf8)
    }

    func rule(_ arguments: String...) throws {
        #expect(try world.run(["rules", "set"] + arguments).status == 0)
    }

    @Test("A stored mail reaches those for whom it was, once, however often it is replayed")
    func stored() throws {
        try rule("a@example.com", "store")
        try rule("b@example.com", "store")
        let id = try world.send(mail(1), to: ["a@example.com", "B+x@example.com"])
        #expect(
            try world.outcomes(of: id) == ["a@example.com": "stored", "B+x@example.com": "stored"])
        try rule("a@example.com", "forward", "me@gmail.com")
        let transcript = try world.transcript([
            ["replay", id, "--dry-run"], ["replay", id, "--yes"],
        ]).replacingOccurrences(of: id, with: "MAIL")
        #expect(
            transcript == """
                $ ses-mail replay MAIL --dry-run
                MAIL  a@example.com, B+x@example.com
                Nothing was sent.

                $ ses-mail replay MAIL --yes
                MAIL  a@example.com, B+x@example.com
                Follow it with: ses-mail trace MAIL

                """)
        #expect(try world.outcomes(of: id)["a@example.com"] == "imported")
        // It is stored for the other one still; so it stays, and can be replayed.
        let json = try world.run(["replay", id, "--yes", "--json"])
        #expect(
            json.output
                == #"{"routed_again":[{"message_id":"\#(id)","recipients":["a@example.com","#
                + #""B+x@example.com"],"stays_stored_for":[]}],"left":[]}"# + "\n")
        _ = try world.outcomes(of: id)
        #expect(try world.mailbox("me@gmail.com") == [mail(1)])
        #expect(try world.run(["trace", id]).output.contains("outcome=already-imported"))
    }

    @Test("A mail that Gmail refuses is kept beside a notice, and imported by a replay once it may")
    func refusedByGmail() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        let malformed = Array("X-Malformed: yes\r\n".utf8) + mail(3)
        try world.post(
            "faults",
            [
                "kind": "refuse", "status": 400, "reason": "invalidArgument",
                "message": "Invalid From header", "header": "X-Malformed: yes",
            ])
        let id = try world.send(malformed, to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "refused"])
        let notices = try world.mailbox("me@gmail.com").map { String(decoding: $0, as: UTF8.self) }
        #expect(notices.count == 1)
        let notice = notices.first?.replacing("\r\n <", with: " <") ?? ""
        #expect(notice.contains("\r\nMessage-ID: <\(id).refused@ses-mail.invalid>\r\n"))
        #expect(notice.contains("\r\n    ses-mail mail save \(id)\r\n"))
        let reason = "Gmail.import was refused: invalidArgument (400): Invalid From header"
        let trace = try world.run(["trace", id]).output
        #expect(trace.contains("s3://") && trace.contains("outcome=refused"))
        #expect(trace.contains("GMAIL#me@gmail.com") && trace.contains("refused  \(reason)"))

        try world.delete("faults")
        #expect(try world.run(["replay", id, "--yes"]).status == 0)
        #expect(try world.outcomes(of: id) == ["a@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com").last == malformed)
    }

    @Test("A mailbox that another delivery has claimed is filled once that claim has run out")
    func claimed() throws {
        try rule("a@example.com", "store")
        let id = try world.send(mail(1), to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "stored"])
        // From here on time passes only when it is said to.
        let now = try #require(try world.post("clock", ["scale": 1])["now"]?.double)
        try world.database.putItem([
            "PK": .string("MAIL#\(id)"), "SK": .string("GMAIL#me@gmail.com"),
            "state": .string("claimed"), "owner": .string("another"),
            "until": .number(Int((now + 120) * 1000)), "expires_at": .number(Int(now) + 86_400),
        ])
        try rule("a@example.com", "forward", "me@gmail.com")
        #expect(try world.run(["replay", id, "--yes"]).status == 0)
        try world.waitUntilQuiet()
        #expect(try world.mailbox("me@gmail.com").isEmpty)
        // The queue delivers again after twelve minutes, when the claim is over.
        try world.post("advance", ["seconds": 721])
        #expect(try world.outcomes(of: id) == ["a@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com") == [mail(1)])
    }

    @Test("The sender of a mail that is replayed to a bounce is told once")
    func bounced() throws {
        try rule("a@example.com", "bounce")
        let id = try world.send(mail(2), to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "bounced"])
        #expect(try world.run(["replay", id, "--yes"]).status == 0)
        _ = try world.outcomes(of: id)
        #expect(try world.get("outbox").array?.count == 1)
        // And one that was stored then is bounced now, to the envelope's sender.
        try rule("b@example.com", "store")
        let other = try world.send(mail(3), to: ["b@example.com"])
        #expect(try world.outcomes(of: other) == ["b@example.com": "stored"])
        try rule("b@example.com", "bounce")
        #expect(try world.run(["replay", other, "--yes"]).status == 0)
        #expect(try world.outcomes(of: other) == ["b@example.com": "bounced"])
        let reports = try #require(try world.get("outbox").array)
        #expect(reports.count == 2)
        for report in reports {
            #expect(report["destinations"]?.array?.first == "anna@remote.example")
        }
        let encoded = try #require(reports.last?["rawBase64"]?.string)
        let report = String(decoding: Base64.decode(Array(encoded.utf8)) ?? [], as: UTF8.self)
        #expect(report.contains("\r\nIn-Reply-To: <3@remote.example>\r\n"))
    }

    @Test("Spam stays stored, unless it is to be routed in spite of that")
    func spam() throws {
        try rule("a@example.com", "forward", "me@gmail.com")
        let id = try world.send(
            mail(4, spam: "FAIL"), to: ["a@example.com"], verdicts: ["spam": "FAIL"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "stored"])
        #expect(try world.run(["replay", id, "--yes"]).status == 0)
        #expect(try world.outcomes(of: id) == ["a@example.com": "stored"])
        #expect(try world.run(["replay", id, "--yes", "--despite-verdicts"]).status == 0)
        #expect(try world.outcomes(of: id) == ["a@example.com": "imported"])
    }

    @Test("All that is stored since then is routed again; what nobody is known for is left")
    func since() throws {
        try rule("a@example.com", "store")
        let ids = try (5...6).map { try world.send(mail($0), to: ["a@example.com"]) }
        for id in ids { _ = try world.outcomes(of: id) }
        try world.database.putItem(RandomRules.row("b@example.com", "forward-to-gmail"))
        let dead = try world.send(mail(7), to: ["b@example.com"])  // It is in no routing log.
        #expect(try world.outcomes(of: dead) == ["b@example.com": "dead-letter"])
        try rule("a@example.com", "forward", "me@gmail.com")
        let run = try world.run(["replay", "--since", "1h", "--yes"])
        #expect(run.status == 2)
        #expect(
            run.output.contains(
                "\(dead)  left: the routing log does not name its recipients. Name them with --to\n"
            ))
        #expect(run.output.hasSuffix("2 mails are being routed again.\n"))
        for id in ids { #expect(try world.outcomes(of: id) == ["a@example.com": "imported"]) }
        #expect(try world.mailbox("me@gmail.com").count == 2)
        let to = try world.run(["replay", dead, "--to", "a@example.com", "--yes"])
        #expect(to.status == 0)
        #expect(
            to.complaint
                == "ses-mail: No record of \(dead)'s recipients (older than 30 days?). If it had "
                + "others, their only copy is deleted once this import succeeds.\n")
        _ = try world.outcomes(of: dead)
        #expect(try world.mailbox("me@gmail.com").contains(mail(7)))
    }

    @Test(
        "What was stored over an hour ago and never routed is found, and routed to whom it is for")
    func unrouted() throws {
        try rule("a@example.com", "store")
        let routed = try world.send(mail(11), to: ["a@example.com"])
        _ = try world.outcomes(of: routed)
        try world.database.putItem(RandomRules.row("b@example.com", "forward-to-gmail"))
        let lost = try world.send(mail(12), to: ["b@example.com"])
        #expect(try world.outcomes(of: lost) == ["b@example.com": "dead-letter"])
        try world.post("advance", ["seconds": 7200])
        let looked = try world.run(["replay", "--unrouted", "--dry-run"])
        #expect(looked.status == 2)
        #expect(looked.output.hasPrefix("\(lost)  left: the routing log does not name its recip"))
        #expect(!looked.output.contains(routed))
        let doctor = try world.run(["doctor"]).output
        #expect(doctor.contains("error    unrouted mail                     one mail stored over"))
        try rule("a@example.com", "forward", "me@gmail.com")
        let run = try world.run(["replay", "--unrouted", "--to", "a@example.com", "--yes"])
        #expect(run.status == 0)
        _ = try world.outcomes(of: lost)
        #expect(try world.mailbox("me@gmail.com") == [mail(12)])
        let again = try world.run(["replay", "--unrouted", "--dry-run"])
        #expect(again.status == 0)
        #expect(again.output == "Nothing to route again.\n")
    }

    @Test("A replay for some leaves the others their stored copy")
    func copies() throws {
        try rule("keep@example.com", "store")
        let id = try world.send(mail(9), to: ["Keep+x@example.com"])
        _ = try world.outcomes(of: id)
        try rule("b@example.com", "forward", "me@gmail.com")
        let run = try world.run(["replay", id, "--to", "b@example.com", "--yes"])
        #expect(run.output.hasPrefix("\(id)  b@example.com; stays stored for Keep+x@example.com\n"))
        #expect(
            try world.outcomes(of: id)
                == ["b@example.com": "imported", "Keep+x@example.com": "stored"])
        #expect(try world.mailbox("me@gmail.com") == [mail(9)])
        // The copy is there still; and it is not taken from one whose rule has changed meanwhile.
        try rule("keep@example.com", "forward", "you@gmail.com")
        let refused = try world.run(["replay", id, "--to", "b@example.com", "--yes"])
        #expect(refused.status == 3)
        #expect(
            refused.complaint
                == "ses-mail: The mail \(id) cannot be routed again: the stored copy is all that "
                + "Keep+x@example.com has, and it would be deleted after this import. Add --to "
                + "Keep+x@example.com. Nothing was sent.\n")
        let all = ["--to", "b@example.com", "--to", "keep+x@example.com", "--yes", "--json"]
        #expect(
            try world.run(["replay", id] + all).output
                == #"{"routed_again":[{"message_id":"\#(id)","recipients":["b@example.com","#
                + #""keep+x@example.com"],"stays_stored_for":[]}],"left":[]}"# + "\n")
        _ = try world.outcomes(of: id)
        #expect(try world.mailbox("me@gmail.com").count == 1)
    }
}
