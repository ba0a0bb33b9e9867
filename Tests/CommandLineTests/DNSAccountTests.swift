import TestSupport
import Testing

/// What SES and ACM think of the domains, in the report of `ses-mail dns check`.
@Suite(.waiting)
struct DNSAccountTests {
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
        let web = try LoopbackServer(answers: [
            Answer(200, ["Content-Type: text/plain"], WantedZone.policy)
        ])
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
            + "[\"example.com\"]'; read the plan, and apply it: make apply ENV=test"
        for (status, cure) in [
            (
                "PENDING_VALIDATION",
                "which ACM looks for during 72 hours; once the certificate is issued: "
                    + "make apply ENV=test"
            ),
            (
                "VALIDATION_TIMED_OUT",
                "have Terraform request another certificate: make apply ENV=test"
            ),
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

    @Test("Whoever may not list certificates sees what SES says all the same")
    func onlySES() throws {
        let server = try LoopbackServer { request in
            if request.header("X-Amz-Target") != nil {
                return Answer(400, [], #"{"__type": "AccessDeniedException", "message": "no"}"#)
            }
            return Answer(
                200, [],
                #"{"VerifiedForSendingStatus": false, "VerificationStatus": "FAILED"}"#)
        }
        defer { server.stop() }
        let run = try check(account: server.url)
        #expect(run.status == 2)
        #expect(run.output.contains("verified for sending: no (FAILED)"))
        #expect(run.output.contains("after: aws ses verify-domain-identity --domain example.com"))
        #expect(run.output.contains("): ACM\n"))
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
            #expect(run.output.contains("SESv2.GetEmailIdentity"))
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
