internal import AWS
internal import Mail

/// The alarms that fire, and whether anybody is notified.
enum AlarmChecks {
    static func group(_ deployment: Deployment, _ settings: DeploymentSettings) -> CheckGroup {
        let list = Once { try AlarmList(deployment) }
        return CheckGroup(
            title: "Alarms",
            checks: [
                Check(each: "alarms") {
                    settings.has(.alarms) ? findings(try list.value(), deployment) : []
                },
                Check(each: "alarm addresses") {
                    // `try?`: the check before reports that the alarms could not be read.
                    guard let alarms = try? list.value().alarms else { return [] }
                    return try addresses(of: alarms, deployment)
                },
                Check("canary") { try canary(deployment, settings) },
            ])
    }

    /// The subscribers of the alarms' topics; empty if no alarm has a topic, which another check
    /// reports.
    private static func addresses(
        of alarms: [CloudWatch.Alarm], _ deployment: Deployment
    ) throws -> [Check.Finding] {
        let topics = alarms.flatMap(\.actions).filter { $0.split(separator: ":").contains("sns") }
            .uniqued
        guard !topics.isEmpty else { return [] }
        let sns = SNS(deployment.session)
        let rule = try SES(deployment.session).activeRuleSet()?.rules
            .first { $0.name == deployment.receiptRuleName }
        return AlarmAddresses(
            subscriptions: try topics.flatMap { try sns.subscriptions(of: $0) },
            ownDomains: rule?.domains ?? []
        ).findings
    }

    private static func canary(
        _ deployment: Deployment, _ settings: DeploymentSettings
    ) throws -> Diagnosis {
        let router = try LambdaService(deployment.session)
            .function(FunctionChoice.router.name(in: deployment.name))
        let isSent = router?.variables["CANARY_MAILBOX"] != nil
        let metric = CountedMetric.canaryDelivered.rawValue
        let now = Clock.epochSeconds()
        let arrivals =
            try isSent
            ? CloudWatch(deployment.session).sums(
                of: [metric], in: deployment.metricNamespace,
                from: now - CanaryDiagnosis.days * 86_400, to: now, periodSeconds: 3600)[metric]
            : nil
        return CanaryDiagnosis.diagnosis(
            isSent: isSent, arrivals: arrivals ?? [], settings, deployment)
    }

    static func findings(_ list: AlarmList, _ deployment: Deployment) -> [Check.Finding] {
        guard !list.alarms.isEmpty else {
            return [Check.Finding("alarms", .error("there are none", deployment.applying))]
        }
        let firing = list.firing.map { alarm in
            let name = alarm.heading(in: deployment.name)
            return Check.Finding(
                "alarm \(name)",
                .error("fires: \(alarm.reason)", deployment.command("alarms \(name.shellWord)")))
        }
        let isAll = list.silent.count == list.alarms.count
        return [
            Check.Finding(
                "alarms",
                .ok(
                    "\(list.alarms.count), \(firing.isEmpty ? "none" : "\(firing.count)") firing"
                ))
        ] + firing + [
            Check.Finding(
                "alarm topic",
                list.silent.isEmpty
                    ? .ok("every alarm notifies somebody")
                    : .warning(
                        isAll
                            ? "no alarm notifies anyone"
                            : "\(list.silent.count) of them notify nobody", AlarmsCommand.cure))
        ]
    }
}

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

    /// The addresses that an outage of the deployment itself would silence.
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

/// The judgement of the canary, our own test message, by when it last arrived.
enum CanaryDiagnosis {
    /// A canary is sent every two days at least, and one may be missing.
    static let days = 5

    /// - Parameters:
    ///   - isSent: whether the router knows a canary.
    ///   - arrivals: in which hours how many arrived, oldest first.
    static func diagnosis(
        isSent: Bool, arrivals: [CloudWatch.Point], _ settings: DeploymentSettings,
        _ deployment: Deployment
    ) -> Diagnosis {
        guard isSent else {
            return .note(
                "off: no alarm notices that no mail comes in. Set canary_mailbox to send one")
        }
        guard let last = arrivals.last(where: { $0.sum > 0 }) else {
            return .warning(
                "none arrived in \(days) days",
                "Follow its way: "
                    + deployment.command("logs router-enrichment gmail-forwarder --since 2d"))
        }
        let arrival = "the last one arrived within the hour from \(Clock.text(last.time))"
        guard settings.hasCanaryAlarm || !settings.isWritten || !settings.has(.alarms) else {
            return .warning(
                "\(arrival), and no alarm is set for when none does",
                "write enable_canary_alarm = true into terraform/environments/"
                    + "\(deployment.name)/terraform.tfvars, then: \(deployment.applying)")
        }
        return .ok(arrival)
    }
}
