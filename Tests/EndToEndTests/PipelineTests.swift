import JSON
import TestSupport
import Testing
import Text

/// The whole pipeline: the real Terraform module, the real bootstraps, an emulated AWS.
@Suite(.waiting)
struct PipelineTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
        for (recipient, action, target) in [
            ("support@example.com", "forward-to-gmail", "me@gmail.com"),
            ("*@example.org", "forward-to-gmail", "family@gmail.com"), ("*", "bounce", ""),
        ] {
            try world.post(
                "rules",
                [
                    "recipient": .string(recipient), "action": .string(action),
                    "target": .string(target),
                ])
        }
    }

    private func mail(_ body: String, headers: String = "") -> [UInt8] {
        Array(
            """
            From: Anna <anna@remote.example>\r
            To: undisclosed-recipients:;\r
            Message-ID: <\(body.hashValue.magnitude)@remote.example>\r
            Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r
            \(headers)\r
            \(body)\r

            """.utf8)
    }

    @Test("A mail is imported byte for byte by an exact, a tag and a domain rule")
    func forwards() throws {
        let mails = [mail("exact"), mail("a tag"), mail("the domain")]
        let recipients = ["support@example.com", "Support+x@example.com", "any.one@example.org"]
        for (mail, recipient) in zip(mails, recipients) {
            let id = try world.send(mail, to: [recipient])
            #expect(try world.outcomes(of: id) == [recipient: "imported"])
        }
        #expect(try world.mailbox("me@gmail.com") == [mails[0], mails[1]])
        #expect(try world.mailbox("family@gmail.com") == [mails[2]])
    }

    @Test("Two recipients of one mail have different fates, and the sender hears of one")
    func twoFates() throws {
        let id = try world.send(
            mail("two fates"), to: ["support@example.com", "gone@example.com"])
        #expect(
            try world.outcomes(of: id)
                == ["support@example.com": "imported", "gone@example.com": "bounced"])
        let reports = try world.get("outbox").array ?? []
        #expect(reports.count == 1)
        let raw = reports.first?["rawBase64"]?.string ?? ""
        let report = String(decoding: Base64.decode(Array(raw.utf8)) ?? [], as: UTF8.self)
        #expect(report.contains("report-type=delivery-status"))
        #expect(report.contains("gone@example.com"))
        #expect(!report.contains("support@example.com"))
    }

    @Test(
        "What must not be answered is not answered",
        arguments: [
            ("support@example.com", "", ["spam": "FAIL"], "stored"),
            ("typo@example.com", "Auto-Submitted: auto-replied\r\n", [:], "suppressed"),
            ("postmaster@example.com", "", [:], "stored"),
        ] as [(String, String, JSONValue, String)])
    func silence(recipient: String, headers: String, verdicts: JSONValue, outcome: String) throws {
        let id = try world.send(
            mail("quiet", headers: headers), to: [recipient], verdicts: verdicts)
        #expect(try world.outcomes(of: id) == [recipient: outcome])
        #expect(try world.get("outbox").array?.isEmpty == true)
    }

    @Test("A mail of 40 MB arrives whole, through a function of 128 MB")
    func fortyMegabytes() throws {
        let line = String(repeating: "0123456789abcdef", count: 4) + "\r\n"
        let large = mail(String(repeating: line, count: 40_000_000 / line.utf8.count))
        let id = try world.send(large, to: ["support@example.com"])
        #expect(try world.outcomes(of: id) == ["support@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com") == [large])
    }

    @Test("An outage at Gmail delays a mail and loses nothing")
    func outage() throws {
        try world.post("faults", ["kind": "status", "at": "import", "status": 503, "times": 6])
        let outageMail = mail("patience")
        let id = try world.send(outageMail, to: ["support@example.com"])
        #expect(try world.outcomes(of: id) == ["support@example.com": "imported"])
        #expect(try world.mailbox("me@gmail.com") == [outageMail])
    }

    @Test("No request was refused for its signature or for a permission")
    func nothingRefused() throws {
        let id = try world.send(mail("signed"), to: ["support@example.com", "x@example.com"])
        _ = try world.outcomes(of: id)
        let refusals = try world.get("refusals")
        #expect(refusals == [])
    }

    @Test("Functions open a connection to each host that a mail needs, and keep it")
    func connections() throws {
        // Connections are kept for half a minute of the clock, which is half a second else.
        try world.post("clock", ["scale": 1])
        for number in 0..<8 {
            let id = try world.send(
                mail("kept \(number)"), to: ["support@example.com", "x@example.com"])
            _ = try world.outcomes(of: id)
        }
        let hosts = try world.get("connections")
        var (connections, calls) = (0, 0)
        for name in ["dynamodb", "s3", "ssm", "sesv2", "gmail", "token"] {
            let host = try #require(hosts[name])
            #expect(host["refused"] == 0)
            #expect((host["connections"]?.integer ?? 0) > 0, "\(name)")
            connections += host["connections"]?.integer ?? 0
            calls += host["calls"]?.integer ?? 0
        }
        let addresses = hosts.members?.compactMap { $0.value["address"]?.string } ?? []
        #expect(Set(addresses).count == addresses.count)
        #expect(connections * 2 < calls, "\(hosts)")
    }
}
