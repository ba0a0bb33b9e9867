import HTTP
import TestSupport
import Testing

@testable import ses_mail

/// The MTA-STS policy as senders fetch it, and what SES and ACM say, in `ses-mail dns check`.
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
        ])
    func refused(text: String, reason: String) {
        do {
            _ = try TransportPolicy(Array(text.utf8))
            Issue.record("it was taken")
        } catch {
            #expect(error.reason.hasPrefix(reason))
        }
    }

    /// Answers as SES and ACM would.
    private func account(
        verified: Bool = true, mailFrom: String = "SUCCESS", certificate: String = "ISSUED",
        domain: String = "mta-sts.example.com"
    ) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.header("X-Amz-Target") == "CertificateManager.ListCertificates" {
                let scope = request.header("Authorization") ?? ""
                guard scope.contains("/us-east-1/acm/") else { return Answer(400) }
                return Answer(
                    200, [],
                    #"{"CertificateSummaryList": [{"DomainName": "\#(domain)", "Status": "\#(certificate)"}]}"#
                )
            }
            guard request.target == "/v2/email/identities/example.com" else { return Answer(400) }
            return Answer(
                200, [],
                #"{"VerifiedForSendingStatus": \#(verified), "#
                    + #""DkimAttributes": {"Status": "SUCCESS", "SigningEnabled": true}, "#
                    + #""MailFromAttributes": {"MailFromDomain": "bounce.example.com", "#
                    + #""MailFromDomainStatus": "\#(mailFrom)"}}"#)
        }
    }

    private func check(account: String) throws -> CommandRun {
        let web = try LoopbackServer(answers: [Answer(200, Self.plain, WantedZone.policy)])
        defer { web.stop() }
        let names = try NameServer(WantedZone.zone)
        return try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", names.address, "--env", "test"],
            environment: ConventionTests.keys.merging([
                "MTA_STS_ENDPOINT_URL": web.url, "AWS_ENDPOINT_URL": account,
            ]) { $1 }, input: WantedZone.summary())
    }

    @Test("What SES and ACM say stands in the same report")
    func accountView() throws {
        let good = try account()
        defer { good.stop() }
        let right = try check(account: good.url)
        #expect(right.status == 0)
        #expect(
            right.output.contains("  ok    SES     example.com                 DKIM: SUCCESS\n"))
        #expect(right.output.hasSuffix("18 records checked, all correct.\n"))
        let bad = try account(verified: false, mailFrom: "PENDING", certificate: "FAILED")
        defer { bad.stop() }
        let wrong = try check(account: bad.url)
        #expect(wrong.status == 2)
        for words in [
            "verified for sending: no", "MAIL FROM: PENDING", "certificate: FAILED",
        ] {
            #expect(wrong.output.contains(words))
        }
        #expect(wrong.output.hasSuffix("18 records checked: 3 to fix, 0 unknown.\n"))
        let other = try account(domain: "mta-sts.example.org")
        defer { other.stop() }
        #expect(try check(account: other.url).output.contains("there is no certificate"))
    }

    @Test("What AWS has given up is taken up again by the command that the cure names")
    func lookingAgain() throws {
        let plan =
            "make plan ENV=test REPLACE='module.ses_mail.aws_acm_certificate.mta_sts"
            + "[\"example.com\"]'; read the plan, and carry it out: make apply ENV=test"
        for (status, cure) in [
            (
                "PENDING_VALIDATION",
                "ACM looks for them for 72 hours by itself; once it is issued: "
                    + "make apply ENV=test"
            ),
            ("VALIDATION_TIMED_OUT", "Terraform asks for another one: make apply ENV=test"),
            ("FAILED", plan), ("EXPIRED", plan), ("REVOKED", plan), ("INACTIVE", plan),
        ] {
            let server = try account(mailFrom: "FAILED", certificate: status)
            defer { server.stop() }
            let lines = try check(account: server.url).output.split(separator: "\n")
            let index = try #require(lines.firstIndex { $0.hasSuffix("certificate: \(status)") })
            #expect(lines[index + 1].hasPrefix("      do: "))
            #expect(lines[index + 1].hasSuffix(cure), "\(lines[index + 1])")
            #expect(
                lines.contains {
                    $0.hasSuffix(
                        "looks again only after: aws sesv2 "
                            + "put-email-identity-mail-from-attributes --email-identity "
                            + "example.com --mail-from-domain bounce.example.com")
                })
        }
    }

    @Test("AWS that is not there, denies or throttles is left out, with its reason")
    func leftOut() throws {
        for (status, code, words) in [
            (400, "AccessDeniedException", "AWS refuses ACM.ListCertificates"),
            (400, "ThrottlingException", "AWS is too busy for ACM.ListCertificates"),
        ] {
            let server = try LoopbackServer(answers: [
                Answer(status, [], #"{"__type": "\#(code)", "message": "no"}"#)
            ])
            defer { server.stop() }
            let run = try check(account: server.url)
            #expect(run.status == 0)
            #expect(run.output.contains("Skipped (\(words)"))
        }
        let url = try LoopbackServer.goneURL()
        let run = try check(account: url)
        #expect(run.status == 0)
        #expect(run.output.contains("Skipped (ACM.ListCertificates was not sent"))
        let names = try NameServer(WantedZone.zone)
        let anonymous = try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", names.address, "--env", "test"],
            environment: ["PATH": "/nonexistent", "MTA_STS_ENDPOINT_URL": url],
            input: WantedZone.summary())
        #expect(anonymous.output.contains("Skipped (There are no credentials"))
    }
}
