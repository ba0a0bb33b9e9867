import AWS
import ArgumentParser
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// What answers of AWS come to, without AWS.
struct DoctorDiagnosisTests {
    private let deployment: Deployment

    init() throws {
        deployment = try Deployment(CommonOptions.parse(["--env", "local"]))
    }

    private func state(_ diagnosis: Diagnosis) -> String {
        #expect((diagnosis.cure != nil) == diagnosis.severity.isFinding)
        return "\(diagnosis.severity) \(diagnosis.detail)"
    }

    @Test("A region takes mail, or is not known to")
    func region() {
        #expect(state(ReceivingRegion.diagnosis(on: "eu-west-1")) == "ok eu-west-1 takes mail")
        #expect(ReceivingRegion.diagnosis(on: "eu-south-9").severity == .warning)
    }

    @Test("What SES lets an account send")
    func sending() {
        typealias Sending = SESv2.Sending
        let quota = Sending(maximum: 200, sent: 20)
        func sending(_ sending: Sending) -> Diagnosis { sending.diagnosis(for: deployment) }
        #expect(state(sending(quota)) == "ok in production, 20 of 200 mails of this day are sent")
        #expect(sending(Sending(maximum: -1, sent: 5000)).severity == .ok)
        #expect(sending(Sending(maximum: 200, sent: 180)).severity == .warning)
        #expect(state(sending(Sending(isProduction: false))).hasPrefix("warning in the sandbox"))
        #expect(sending(Sending(isEnabled: false)).severity == .error)
        #expect(sending(Sending(enforcement: "PROBATION")).severity == .error)
        #expect(sending(Sending(isEnabled: false, enforcement: "SHUTDOWN")).detail.contains("SES"))
    }

    @Test("Settings of the account")
    func settings() {
        typealias Traces = XRay.Destination
        typealias Events = ResourceGroups.LifecycleEvents
        #expect(state(Traces(place: "XRay", status: "ACTIVE").diagnosis).hasPrefix("ok off:"))
        #expect(
            state(Traces(place: "CloudWatchLogs", status: "PENDING").diagnosis).hasPrefix(
                "note on,"))
        func events(_ status: String) -> Diagnosis {
            Events(status: status, message: "why").diagnosis(for: deployment)
        }
        #expect(events("INACTIVE").severity == .ok)
        #expect(events("ACTIVE") == .ok("on"))
        #expect(state(events("ERROR")).hasSuffix(": why"))
    }

    private let rule = SES.ReceiptRule(
        name: "ses-mail-receive-local", recipients: ["b.example", "a.example"],
        bucket: "ses-mail-storage-123-local", prefix: "emails/",
        topic: "arn:aws:sns:ap-southeast-2:123:ses-email-processing-local")

    private var receipt: ReceiptDiagnosis {
        ReceiptDiagnosis(
            deployment: deployment, account: "123",
            bucket: deployment.bucketName(.unwritten, account: "123"))
    }

    @Test("A rule set is ours, holds our rule, or keeps our mail away")
    func ruleSet() {
        func diagnosis(_ active: String?, _ rule: SES.ReceiptRule?) -> String {
            state(receipt.diagnosis(active: active, rule: rule))
        }
        #expect(diagnosis("ses-mail", rule) == "ok ses-mail")
        #expect(
            diagnosis("ses-mail-local", rule) == "ok ses-mail-local, which has our rule in it")
        #expect(diagnosis("shared", rule) == "ok shared, which has our rule in it")
        #expect(diagnosis("ses-mail", nil).hasPrefix("error ses-mail has no rule"))
        #expect(diagnosis("shared", nil).hasPrefix("error shared is active, and has no"))
        #expect(diagnosis(nil, nil).hasPrefix("error none is active"))
    }

    @Test("A rule set that the deployment itself owns is moved by three commands")
    func olderRuleSet() {
        let found = receipt.diagnosis(
            active: "ses-mail-local", rule: rule, isOwnedByAccount: false)
        #expect(found.severity == .warning)
        #expect(
            found.cure
                == "make account TAKE_OVER=ses-mail-local; write receipt_rule_set = "
                + "\"ses-mail-local\" into terraform/environments/local/terraform.tfvars, then: "
                + deployment.applying)
    }

    @Test("A receipt rule is as Terraform made it, or all that is wrong is said")
    func receiptRule() {
        #expect(
            state(receipt.diagnosis(on: rule))
                == "ok takes mail for a.example, b.example, and scans it"
        )
        let broken = SES.ReceiptRule(
            isEnabled: false, isScanning: false, bucket: "other", topic: "")
        #expect(
            state(receipt.diagnosis(on: broken))
                == "error it is disabled; it does not scan for spam and viruses; it stores into "
                + "other; it notifies no topic; it takes mail for every verified domain")
        var elsewhere = rule
        elsewhere.prefix = "mail/"
        elsewhere.topic = "arn:other"
        #expect(
            receipt.diagnosis(on: elsewhere).detail
                == #"it stores under "mail/", not under "emails/"; it notifies arn:other"#)
        elsewhere.recipients = [".a.example", "x@a.example", "b.example"]
        #expect(elsewhere.domains == ["a.example", "b.example"])
    }

    @Test(
        "The topic's ARN begins as those of its region do",
        arguments: [
            ("eu-west-1", "arn:aws:sns:"), ("us-gov-west-1", "arn:aws-us-gov:sns:"),
            ("cn-north-1", "arn:aws-cn:sns:"),
        ])
    func partition(region: String, beginning: String) throws {
        let deployment = try Deployment(
            CommonOptions.parse(["--env", "local", "--region", region]))
        #expect(
            deployment.topicArn(account: "123")
                == "\(beginning)\(region):123:ses-email-processing-local")
    }

    private func standing(
        verification: String = "SUCCESS", dkim: String = "SUCCESS", isSigning: Bool = true,
        mailFrom: String = "SUCCESS", domain: String = "bounce.a.example"
    ) -> IdentityStanding {
        IdentityStanding(
            domain: "a.example",
            identity: SESv2.Identity(
                isVerified: verification == "SUCCESS", verificationStatus: verification,
                dkimStatus: dkim, isSigning: isSigning, mailFromDomain: domain,
                mailFromStatus: mailFrom), deployment: deployment)
    }

    @Test("A domain is verified, signed for and has its MAIL FROM domain")
    func identity() {
        #expect(
            state(standing().diagnosis) == "ok verified, signed, MAIL FROM bounce.a.example")
        #expect(state(standing(verification: "FAILED").diagnosis).hasPrefix("error not verified"))
        #expect(
            state(standing(dkim: "PENDING", mailFrom: "FAILED").diagnosis)
                == "error DKIM is PENDING; MAIL FROM is FAILED")
        #expect(
            state(standing(isSigning: false, domain: "").diagnosis)
                == "error DKIM is SUCCESS, and signing is off; MAIL FROM is none")
    }

    @Test("What SES has given up is taken up again by the command that the cure names")
    func lookingAgain() {
        let verifying = deployment.aws("ses verify-domain-identity --domain a.example")
        let signing = deployment.aws("ses verify-domain-dkim --domain a.example")
        let mailFrom = deployment.aws(
            "sesv2 put-email-identity-mail-from-attributes --email-identity a.example "
                + "--mail-from-domain bounce.a.example")
        for (status, words) in [
            ("FAILED", "publish the records; SES has given up and looks again only after: "),
            ("TEMPORARY_FAILURE", "and looks at once after: "), ("NOT_STARTED", "have SES look: "),
        ] {
            let standing = standing(verification: status, dkim: status, mailFrom: status)
            for (part, command) in [
                (standing.verification, verifying), (standing.signing, signing),
                (standing.mailFrom(), mailFrom),
            ] {
                #expect(part.cure?.hasSuffix(words + command) == true, "\(part)")
            }
        }
        let pending = standing(verification: "PENDING", dkim: "PENDING", mailFrom: "PENDING")
        for part in [pending.verification, pending.signing, pending.mailFrom()] {
            #expect(part.cure == "publish the records; SES looks for them for 72 hours by itself")
        }
        #expect(
            standing(isSigning: false).signing.cure?.contains(
                "put-email-identity-dkim-attributes --email-identity a.example --signing-enabled")
                == true)
        #expect(
            standing().mailFrom(wanted: DNSName("m.a.example")).cure?.contains(
                "--mail-from-domain m.a.example") == true)
    }

    @Test("Bucket, table and key")
    func storage() {
        typealias Judge = StorageDiagnosis
        #expect(Judge.bucket("b", "Enabled", deployment).severity == .ok)
        #expect(Judge.bucket("b", "Suspended", deployment).severity == .warning)
        #expect(Judge.bucket("b", "", deployment).severity == .warning)
        #expect(Judge.bucket("b", nil, deployment).severity == .error)
        func table(_ status: String, hasStream: Bool, expiry: String?) -> Severity {
            let table = DynamoDB.Description(status: status, hasStream: hasStream)
            return Judge.table(table, expiry: expiry, deployment).severity
        }
        #expect(table("ACTIVE", hasStream: true, expiry: "expires_at") == .ok)
        #expect(Judge.table(nil, expiry: nil, deployment).severity == .error)
        #expect(table("DELETING", hasStream: false, expiry: nil) == .error)
        #expect(table("ACTIVE", hasStream: false, expiry: "expires_at") == .error)
        #expect(table("ACTIVE", hasStream: true, expiry: nil) == .warning)
        for (key, expected) in [
            (nil, .error), ("Enabled", .ok), ("Disabled", .error), ("PendingDeletion", .error),
        ] as [(String?, Severity)] {
            #expect(Judge.key(key, deployment).severity == expected)
        }
    }
}
