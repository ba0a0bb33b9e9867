/// The judgement of the canary, our own test message, by when it last arrived.
enum CanaryDiagnosis {
    /// A canary is sent every two days at least, and one may be missing.
    static let days = 5

    /// - Parameters:
    ///   - isSent: whether the router knows a canary.
    ///   - arrivals: in which hours how many arrived, oldest first.
    static func diagnosis(
        isSent: Bool, arrivals: [CloudWatch.Point], _ deployment: Deployment
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
        return .ok("the last one arrived within the hour from \(Clock.text(last.time))")
    }
}
