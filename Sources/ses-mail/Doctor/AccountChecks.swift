internal import AWS

/// The checks of the account.
enum AccountChecks {
    static func group(
        _ deployment: Deployment, _ settings: DeploymentSettings, caller: STS.Caller
    ) -> CheckGroup {
        let session = deployment.session
        return CheckGroup(
            title: "Account",
            checks: [
                Check("credentials") { .ok("account \(caller.account), as \(caller.arn)") },
                Check("region") { ReceivingRegion.diagnosis(on: deployment.region) },
                Check("sending") { try SESv2(session).sending().diagnosis(for: deployment) },
                Check(each: "transaction search") {
                    guard settings.has(.tracing) else { return [] }
                    let diagnosis = try XRay(session).destination().diagnosis
                    return [Check.Finding("transaction search", diagnosis)]
                },
                Check("group lifecycle events") {
                    try ResourceGroups(session).lifecycleEvents().diagnosis(for: deployment)
                },
            ])
    }
}

extension SESv2.Sending {
    func diagnosis(for deployment: Deployment) -> Diagnosis {
        let contact = "answer AWS's letter in the SES console, under Reputation metrics"
        if enforcement == "SHUTDOWN" { return .error("SES has stopped all sending", contact) }
        if !isEnabled {
            return .error(
                "sending is switched off, so no bounce and no SMTP mail goes out",
                deployment.aws("sesv2 put-account-sending-attributes --sending-enabled"))
        }
        if enforcement == "PROBATION" {
            return .error("SES has put the account on probation", contact)
        }
        if !isProduction {
            return .warning(
                "in the sandbox: mail goes to verified addresses only, so bounces fail",
                deployment.aws(
                    "sesv2 put-account-details --production-access-enabled --mail-type "
                        + "TRANSACTIONAL --website-url https://YOUR-SITE --use-case-description "
                        + "TEXT"))
        }
        let amount = "\(Int(sent)) of \(maximum < 0 ? "any number" : "\(Int(maximum))") mails"
        guard maximum < 0 || sent < 0.9 * maximum else {
            return .warning(
                "\(amount) of this day are sent",
                "ask for a higher sending quota: https://console.aws.amazon.com/servicequotas")
        }
        return .ok("in production, \(amount) of this day are sent")
    }
}

extension XRay.Destination {
    var diagnosis: Diagnosis {
        guard place == "CloudWatchLogs" else {
            return .ok("off: trace and test find every sampled trace")
        }
        return .note(
            "\(status == "ACTIVE" ? "on" : "on, being set up"): all spans are in CloudWatch Logs, "
                + "but X-Ray indexes a part of them only, so trace and test may find no trace")
    }
}

extension ResourceGroups.LifecycleEvents {
    func diagnosis(for deployment: Deployment) -> Diagnosis {
        let cure = deployment.command("doctor --fix \(AccountFix.groupLifecycleEvents.rawValue)")
        switch status {
        case "ERROR": return .warning("could not be turned on: \(message)", cure)
        case "INACTIVE":
            return .ok("off, which is fine unless you use myApplications; on with: \(cure)")
        default: return .ok(status == "ACTIVE" ? "on" : "being turned on")
        }
    }
}
