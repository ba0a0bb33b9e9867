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
