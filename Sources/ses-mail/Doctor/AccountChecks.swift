/// Is the account as it should be?
enum AccountChecks {
    static func group(_ deployment: Deployment, caller: STS.Caller) -> CheckGroup {
        let session = deployment.session
        return CheckGroup(
            title: "Account",
            checks: [
                Check("credentials") { .ok("account \(caller.account), as \(caller.arn)") },
                Check("region") { ReceivingRegion.diagnosis(on: deployment.region) },
                Check("sending") { try SESService(session).sending().diagnosis },
                Check("transaction search") { try XRay(session).destination().diagnosis },
                Check("group lifecycle events") {
                    try ResourceGroups(session).lifecycleEvents().diagnosis
                },
            ])
    }
}

extension SESService.Sending {
    var diagnosis: Diagnosis {
        let contact = "answer AWS's letter in the SES console, under Reputation metrics"
        if enforcement == "SHUTDOWN" { return .bad("SES has stopped all sending", contact) }
        if !isEnabled {
            return .bad(
                "sending is switched off, so no bounce and no SMTP mail goes out",
                "aws sesv2 put-account-sending-attributes --sending-enabled")
        }
        if enforcement == "PROBATION" {
            return .bad("SES has put the account on probation", contact)
        }
        if !isProduction {
            return .odd(
                "in the sandbox: mail goes to verified addresses only, so bounces fail",
                "aws sesv2 put-account-details --production-access-enabled --mail-type "
                    + "TRANSACTIONAL --website-url https://YOUR-SITE --use-case-description TEXT")
        }
        let amount = "\(Int(sent)) of \(maximum < 0 ? "any number" : "\(Int(maximum))") mails"
        guard maximum < 0 || sent < 0.9 * maximum else {
            return .odd(
                "\(amount) of this day are sent",
                "ask for a higher sending quota: https://console.aws.amazon.com/servicequotas")
        }
        return .ok("in production, \(amount) of this day are sent")
    }
}

extension XRay.Destination {
    var diagnosis: Diagnosis {
        guard place == "CloudWatchLogs" else {
            return .odd(
                "off: traces go to X-Ray alone, and only the sampled ones can be searched",
                "ses-mail doctor --fix \(AccountFix.transactionSearch.rawValue)")
        }
        return .ok(status == "ACTIVE" ? "on" : "on, being set up")
    }
}

extension ResourceGroups.LifecycleEvents {
    var diagnosis: Diagnosis {
        let cure = "ses-mail doctor --fix \(AccountFix.groupLifecycleEvents.rawValue)"
        switch status {
        case "ERROR": return .odd("could not be turned on: \(message)", cure)
        case "INACTIVE":
            return .ok("off, which is fine unless you use myApplications; on with: \(cure)")
        default: return .ok(status == "ACTIVE" ? "on" : "being turned on")
        }
    }
}
