internal import Mail

/// The judgement of who is notified by the alarms.
struct AlarmAddresses {
    let subscriptions: [SNS.Subscription]
    /// The domains that the deployment takes mail for.
    let ownDomains: [String]

    var findings: [Check.Finding] {
        [Check.Finding("alarm addresses", confirmation)]
            + ownAddresses.map { Check.Finding("alarm address \($0)", AlarmAddresses.own) }
    }

    private var confirmation: Diagnosis {
        let confirmed = subscriptions.count(where: \.isConfirmed)
        let waiting = subscriptions.filter { !$0.isConfirmed }.map(\.endpoint)
        guard confirmed == 0 else {
            let rest = waiting.isEmpty ? "" : ", \(waiting.count) not yet"
            return .ok("\(confirmed) confirmed\(rest)")
        }
        guard let first = waiting.first else {
            return .warning(
                "nobody has subscribed to the alarms' topic",
                "Set alarm_emails in the environment's terraform.tfvars, then apply.")
        }
        return .warning(
            "none is confirmed, so no alarm reaches anybody",
            "Open the link in the message \"AWS Notification - Subscription Confirmation\" that "
                + "SNS has sent to \(first).")
    }

    /// Those that an outage of the deployment itself silences.
    private var ownAddresses: [String] {
        subscriptions.filter { $0.kind.hasPrefix("email") }.map(\.endpoint).filter { endpoint in
            guard let address = EmailAddress(endpoint) else { return false }
            return ownDomains.contains { address.isWithin(domain: $0) }
        }.uniqued
    }

    private static let own = Diagnosis.warning(
        "is at one of our own domains: when mail is lost, its alarm is lost with it",
        "Name an address elsewhere in alarm_emails in the environment's terraform.tfvars, then "
            + "apply.")
}
