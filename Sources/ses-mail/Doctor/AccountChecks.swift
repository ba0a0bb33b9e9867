internal import AWS
internal import ArgumentParser

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

/// The regions in which SES takes mail.
enum ReceivingRegion {
    /// The regions with an endpoint `inbound-smtp.{region}.amazonaws.com`. AWS adds some every year
    /// (https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_inbound_endpoints).
    static let known: Set<String> = [
        "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
        "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ]

    static func diagnosis(on region: String) -> Diagnosis {
        known.contains(region)
            ? .ok("\(region) takes mail")
            : .warning(
                "\(region) is not known to take mail",
                "look for inbound-smtp.\(region).amazonaws.com in "
                    + "https://docs.aws.amazon.com/general/latest/gr/ses.html; if it is not there, "
                    + "deploy elsewhere")
    }
}

/// A setting of the account that Terraform cannot make, and `doctor --fix` can.
enum AccountFix: String, CaseIterable, ExpressibleByArgument {
    case groupLifecycleEvents = "group-lifecycle-events"
    case transactionSearch = "transaction-search"

    /// The question before the setting is made.
    func question(_ deployment: Deployment) -> String {
        switch self {
        case .groupLifecycleEvents:
            "Send events about changes of resource groups, for the whole account in "
                + "\(deployment.region)?"
        case .transactionSearch:
            "Send all traces of the account in \(deployment.region) to CloudWatch Logs, where they "
                + "cost by their volume? X-Ray then indexes a part of them only, and trace and "
                + "test find fewer."
        }
    }

    /// Whether the account has the setting already.
    func isMade(_ session: AWSSession) throws(AWSError) -> Bool {
        switch self {
        case .groupLifecycleEvents: try ResourceGroups(session).lifecycleEvents().status == "ACTIVE"
        case .transactionSearch: try XRay(session).destination().place == "CloudWatchLogs"
        }
    }

    /// Makes the setting, and returns the state after it.
    func make(_ deployment: Deployment) throws(AWSError) -> Diagnosis {
        let session = deployment.session
        return switch self {
        case .groupLifecycleEvents:
            try ResourceGroups(session).turnLifecycleEventsOn().diagnosis(for: deployment)
        case .transactionSearch: try XRay(session).sendTracesToLogs().diagnosis
        }
    }
}
