import HTTP
import TestSupport
import Testing

@testable import ses_mail

/// The MTA-STS policy as senders fetch it, and what SES and ACM say, in `ses-mail dns check`.
@Suite(.waiting)
struct TransportPolicyTests {
    private static let plain = ["Content-Type: text/plain; charset=utf-8"]

    /// What is said of the policy that this server gives, and the status.
    private func line(_ answer: Answer, _ options: [String: String] = [:]) throws -> (Int32, String)
    {
        let web = try LoopbackServer(answers: [answer])
        defer { web.stop() }
        let names = try NameServer(WantedZone.zone)
        let run = try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", names.address],
            environment: ["MTA_STS_ENDPOINT_URL": web.url], input: WantedZone.summary())
        let request = try #require(web.requests.first)
        #expect(request.header("Host") == "mta-sts.example.com")
        #expect(web.requests.count == 1)
        let lines = run.output.split(separator: "\n")
        let found = lines.first { $0.contains("policy") && $0.contains("mta-sts.example.com  ") }
        return (run.status, String(found ?? "no line"))
    }

    @Test("A policy that is served as it should be is right")
    func right() throws {
        let (status, line) = try line(Answer(200, Self.plain, WantedZone.policy))
        #expect(status == 0)
        #expect(line.hasPrefix("  ok  "))
        #expect(line.hasSuffix("mode testing, mx inbound-smtp.ap-southeast-2.amazonaws.com"))
    }

    @Test(
        "A policy that senders could not use, or of another id, is a finding",
        arguments: [
            (Answer(404), "the answer is 404"),
            (
                Answer(301, ["Location: https://elsewhere.example/"]),
                "it is a redirection (301), which senders do not follow"
            ),
            (
                Answer(200, ["Content-Type: text/html"], WantedZone.policy),
                "its Content-Type is \"text/html\", and not text/plain"
            ),
            (
                Answer(200, plain, WantedZone.policy + "\n"),
                "it is not the policy that the id 4af39862429ba8789cc5a0f48b7fef4b announces"
            ),
            (
                Answer(200, plain, "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 9\n"),
                "it does not name the server inbound-smtp.ap-southeast-2.amazonaws.com"
            ),
            (Answer(200, plain, "version: STSv2\n"), "version is not STSv1"),
        ])
    func wrong(answer: Answer, words: String) throws {
        let (status, line) = try line(answer)
        #expect(status == 2)
        #expect(line.hasSuffix(words))
        #expect(line.hasPrefix("  error"))
        #expect(line.contains(" different ") || line.contains(" missing "))
    }

    @Test("A web server that is not there is a finding, not a failure")
    func lost() throws {
        let web = try LoopbackServer(answers: [Answer(500)])
        let url = web.url
        web.stop()
        let names = try NameServer(WantedZone.zone)
        let run = try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", names.address, "--json"],
            environment: ["MTA_STS_ENDPOINT_URL": url], input: WantedZone.summary())
        #expect(run.status == 2)
        #expect(run.output.contains(#""state":"missing","subject":"policy""#))
        #expect(
            run.output.contains(#""skipped":["(no deployment is named with --env): SES, ACM"]"#))
    }

    @Test("A policy whose host the resolver knows nothing of is unknown, and not missing")
    func doubt() throws {
        let web = try LoopbackServer(answers: [Answer(500)])
        let url = web.url
        web.stop()
        var zone = WantedZone.zone
        zone.failures["mta-sts.example.com"] = 2
        let names = try NameServer(zone)
        let run = try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", names.address, "--json"],
            environment: ["MTA_STS_ENDPOINT_URL": url], input: WantedZone.summary())
        #expect(run.status == 5)
        #expect(run.output.contains(#""state":"unknown","subject":"policy""#))
    }

    @Test("A policy is read line by line, and a star stands for one label")
    func policy() throws {
        let policy = try TransportPolicy(
            Array(
                ("version: STSv1\r\nmode:enforce\r\nmx: *.Mail.example\r\n"
                    + "mx: b.example \r\nmax_age: 1").utf8))
        #expect(policy.mode == "enforce")
        for (host, isAllowed) in [
            ("a.mail.example", true), ("mail.example", false), ("a.b.mail.example", false),
            ("b.example", true), ("c.example", false), ("localhost", false),
        ] {
            #expect(policy.allows(DNSName(host)) == isAllowed, "\(host)")
        }
    }

    @Test(
        "What is no policy is refused with its reason",
        arguments: [
            ("", "version is not STSv1"), ("version: STSv1\nmode", "a line without a colon"),
            ("version: STSv1\nmode: on", "mode must be none, testing or enforce"),
            ("version: STSv1\nmode: enforce\nmx: a\nmax_age: -1", "max_age must be a number"),
            ("version: STSv1\nmode: enforce\nmax_age: 1", "there is no mx"),
            ("version: STSv1\nmode: enforce\nmx: *.a ..\nmax_age: 1", "mx is neither a host"),
            ("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", "mx is neither a host name"),
            ("version: STSv1\nmode: enforce\nmx: a..b\nmax_age: 1", "mx is neither a host name"),
            ("version: STSv1\nmode: none\nmx: b.*.a\nmax_age: 1", "mx is neither a host name"),
            ("version:\u{301} STSv1\nmode: none\nmax_age: 1", "version is not STSv1"),
        ])
    func refused(text: String, reason: String) {
        do {
            _ = try TransportPolicy(Array(text.utf8))
            Issue.record("it was taken")
        } catch {
            #expect(error.reason.hasPrefix(reason))
        }
    }
}
