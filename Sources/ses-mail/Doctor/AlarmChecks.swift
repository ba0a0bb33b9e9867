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
                    // `try?`: that the alarms could not be read is said by the check before.
                    guard let alarms = try? list.value().alarms else { return [] }
                    return try addresses(of: alarms, deployment)
                },
                Check("canary") { try canary(deployment, settings) },
            ])
    }

    /// Nothing where no alarm has a topic, which is said elsewhere.
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
