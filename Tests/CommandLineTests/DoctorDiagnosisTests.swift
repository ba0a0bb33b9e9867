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
        // What is not well has a cure, and what is well has none.
        #expect((diagnosis.cure == nil) == (diagnosis.state == .ok))
        return "\(diagnosis.state) \(diagnosis.detail)"
    }

    @Test("A region takes mail, or is not known to")
    func region() {
        #expect(state(ReceivingRegion.diagnosis(on: "eu-west-1")) == "ok eu-west-1 takes mail")
        #expect(ReceivingRegion.diagnosis(on: "eu-south-9").state == .odd)
    }

    @Test("What SES lets an account send")
    func sending() {
        typealias Sending = SESService.Sending
        let quota = Sending(maximum: 200, sent: 20)
        #expect(state(quota.diagnosis) == "ok in production, 20 of 200 mails of this day are sent")
        #expect(Sending(maximum: -1, sent: 5000).diagnosis.state == .ok)
        #expect(Sending(maximum: 200, sent: 180).diagnosis.state == .odd)
        #expect(state(Sending(isProduction: false).diagnosis).hasPrefix("odd in the sandbox"))
        #expect(Sending(isEnabled: false).diagnosis.state == .bad)
        #expect(Sending(enforcement: "PROBATION").diagnosis.state == .bad)
        #expect(Sending(isEnabled: false, enforcement: "SHUTDOWN").diagnosis.detail.contains("SES"))
    }

    @Test("Settings of the account")
    func settings() {
        typealias Traces = XRay.Destination
        typealias Events = ResourceGroups.LifecycleEvents
        #expect(Traces(place: "XRay", status: "ACTIVE").diagnosis.state == .odd)
        #expect(
            state(Traces(place: "CloudWatchLogs", status: "PENDING").diagnosis).hasPrefix("ok on,"))
        #expect(Events(status: "INACTIVE", message: "").diagnosis.state == .ok)
        #expect(Events(status: "ACTIVE", message: "").diagnosis == .ok("on"))
        #expect(state(Events(status: "ERROR", message: "why").diagnosis).hasSuffix(": why"))
    }

    private let rule = SESService.ReceiptRule(
        name: "ses-mail-receive-local", recipients: ["b.example", "a.example"],
        bucket: "ses-mail-storage-123-local", prefix: "emails/",
        topic: "arn:aws:sns:ap-southeast-2:123:ses-email-processing-local")

    private var receipt: ReceiptDiagnosis {
        ReceiptDiagnosis(deployment: deployment, account: "123")
    }

    @Test("A rule set is ours, holds our rule, or keeps our mail away")
    func ruleSet() {
        func diagnosis(_ active: String?, _ rule: SESService.ReceiptRule?) -> String {
            state(receipt.diagnosis(active: active, rule: rule))
        }
        #expect(diagnosis("ses-mail-local", rule) == "ok ses-mail-local")
        #expect(diagnosis("shared", rule) == "ok shared, which has our rule in it")
        #expect(diagnosis("ses-mail-local", nil).hasPrefix("bad ses-mail-local has no rule"))
        #expect(diagnosis("shared", nil).hasPrefix("bad shared is active, and has no rule of ours"))
        #expect(diagnosis(nil, nil).hasPrefix("bad none is active"))
    }

    @Test("A receipt rule is as Terraform made it, or all that is wrong is said")
    func receiptRule() {
        #expect(
            state(receipt.diagnosis(on: rule))
                == "ok takes mail for a.example, b.example, and scans it"
        )
        let broken = SESService.ReceiptRule(
            isEnabled: false, isScanning: false, bucket: "other", topic: "")
        #expect(
            state(receipt.diagnosis(on: broken))
                == "bad it is disabled; it does not scan for spam and viruses; it stores into "
                + "other; it tells no topic; it takes mail for every verified domain")
        var elsewhere = rule
        elsewhere.prefix = "mail/"
        elsewhere.topic = "arn:other"
        #expect(
            receipt.diagnosis(on: elsewhere).detail
                == #"it stores under "mail/", not under "emails/"; it tells arn:other"#)
        elsewhere.recipients = [".a.example", "x@a.example", "b.example"]
        #expect(elsewhere.domains == ["a.example", "b.example"])
    }

    @Test("A domain is verified, signed for and has its MAIL FROM domain")
    func identity() {
        func diagnosis(_ identity: SESService.Identity?) -> String {
            state(SESService.Identity.diagnosis(on: identity, applying: "apply"))
        }
        func identity(
            verified: Bool = true, dkim: String = "SUCCESS", mailFrom: String = "SUCCESS",
            domain: String = "bounce.a.example"
        ) -> SESService.Identity {
            SESService.Identity(
                isVerified: verified, dkimStatus: dkim, isSigning: dkim != "OFF",
                mailFromDomain: domain, mailFromStatus: mailFrom)
        }
        #expect(diagnosis(identity()) == "ok verified, signed, MAIL FROM bounce.a.example")
        #expect(diagnosis(nil).hasPrefix("bad SES does not know it"))
        #expect(diagnosis(identity(verified: false)).hasPrefix("bad not verified"))
        #expect(
            diagnosis(identity(dkim: "PENDING", mailFrom: "FAILED"))
                == "bad DKIM is PENDING; MAIL FROM bounce.a.example is FAILED")
        #expect(
            diagnosis(identity(dkim: "OFF", domain: ""))
                == "bad DKIM is switched off; there is no MAIL FROM domain")
    }

    @Test("Bucket, table and key")
    func storage() {
        typealias Judge = StorageDiagnosis
        #expect(Judge.bucket("b", "Enabled", deployment).state == .ok)
        #expect(Judge.bucket("b", "Suspended", deployment).state == .odd)
        #expect(Judge.bucket("b", "", deployment).state == .odd)
        #expect(Judge.bucket("b", nil, deployment).state == .bad)
        func table(_ status: String, hasStream: Bool, expiry: String?) -> Diagnosis.State {
            let table = TableService.Description(status: status, hasStream: hasStream)
            return Judge.table(table, expiry: expiry, deployment).state
        }
        #expect(table("ACTIVE", hasStream: true, expiry: "expires_at") == .ok)
        #expect(Judge.table(nil, expiry: nil, deployment).state == .bad)
        #expect(table("DELETING", hasStream: false, expiry: nil) == .bad)
        #expect(table("ACTIVE", hasStream: false, expiry: "expires_at") == .bad)
        #expect(table("ACTIVE", hasStream: true, expiry: nil) == .odd)
        for (key, expected) in [
            (nil, .bad), ("Enabled", .ok), ("Disabled", .bad), ("PendingDeletion", .bad),
        ] as [(String?, Diagnosis.State)] {
            #expect(Judge.key(key, deployment).state == expected)
        }
    }
}
