internal import AWS

/// The checks of the queues: no message waits for a person.
enum QueueChecks {
    static func group(_ deployment: Deployment, _ settings: DeploymentSettings) -> CheckGroup {
        let sqs = SQS(deployment.session)
        return CheckGroup(
            title: "Queues",
            checks: settings.queues.map { choice in
                Check("queue \(choice.shortName)") {
                    let dead = try sqs.queue(choice.deadLetterName(in: deployment.name))
                    let work =
                        choice.hasWorkQueue
                        ? try sqs.queue(choice.name(in: deployment.name)) : nil
                    return diagnosis(on: choice, work: work, dead: dead, deployment)
                }
            })
    }

    static func diagnosis(
        on choice: QueueChoice, work: SQS.Queue?, dead: SQS.Queue, _ deployment: Deployment
    ) -> Diagnosis {
        let waiting =
            work.map { "\($0.waiting) waiting, \($0.inFlight + $0.delayed) in work, " } ?? ""
        guard dead.total > 0 else { return .ok("\(waiting)no dead letters") }
        let name = choice.shortName
        return .error(
            "\(waiting)\(dead.total.counted("dead letter"))",
            choice.hasWorkQueue
                ? deployment.command("queues peek \(name)") + ", and when the cause is fixed: "
                    + deployment.command("queues redrive \(name)")
                : deployment.command("smtp reconcile"))
    }
}
