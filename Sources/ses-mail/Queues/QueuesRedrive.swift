internal import AWS
internal import ArgumentParser
internal import HTTP
internal import JSON

/// Tries again what has failed.
struct QueuesRedrive: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Put dead letters back to be worked on again.",
        discussion: """
            Mend the cause first. It is safe at any time: what was done already is in the ledger \
            and is not done again. All are moved by SQS itself; with --max they are moved here, \
            one by one, with all their attributes.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most; all, if it is not given.") var max: Int?
    @Option(help: "How many a second, 1 to 500.") var rate: Int?
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard queue.hasWorkQueue else {
            throw ValidationError(
                "These say where records stood in the stream, and cannot be tried again; use: "
                    + "ses-mail smtp reconcile")
        }
        guard max.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--max is from 1 to 10000.")
        }
        guard rate.map({ (1...500).contains($0) }) ?? true else {
            throw ValidationError("--rate is from 1 to 500.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let letters = try DeadLetters(queue, deployment)
        let target = try letters.sqs.queue(queue.name(in: deployment.name))
        let name = queue.deadLetterName(in: deployment.name)
        guard letters.queue.total > 0 else {
            return output.answer(
                ["queue": .string(name), "moved": 0, "status": "COMPLETED"],
                "\(name): no dead letters.")
        }
        let count = Swift.min(max ?? .max, letters.queue.total)
        try Confirmation.require(
            "Try \(count.counted("message")) of \(name) again in \(deployment)?", isGiven: yes)
        let result =
            try max.map { try move(letters, to: target, limit: $0, deployment) }
            ?? moveAll(letters, to: target, deployment)
        output.answer(
            [
                "queue": .string(name), "moved": .integer(result.moved),
                "status": .string(result.status),
            ],
            "\(name): \(result.moved) moved"
                + (result.status == "COMPLETED" ? "." : ", the rest is being moved."))
    }

    private func moveAll(_ letters: DeadLetters, to target: SQS.Queue, _ deployment: Deployment)
        throws -> (moved: Int, status: String)
    {
        try letters.sqs.startMoveTask(
            from: letters.queue.arn, to: target.arn, perSecond: rate)
        Output.progress("moving …")
        for _ in 0..<60 {
            if let task = try letters.sqs.lastMoveTask(from: letters.queue.arn),
                task.status != "RUNNING"
            {
                guard task.status == "COMPLETED" else {
                    throw Failure(
                        .failed,
                        "The move ended as \(task.status) after \(task.moved) messages"
                            + (task.failureReason.map { " (\($0))" } ?? "")
                            + "; the others are where they were, so try again.")
                }
                return (task.moved, task.status)
            }
            deployment.session.pacing.sleep(1)
        }
        let moved = try letters.sqs.lastMoveTask(from: letters.queue.arn)?.moved ?? 0
        return (moved, "RUNNING")
    }

    /// Sent before it is deleted: what goes wrong in between makes a second copy, which the ledger
    /// makes harmless, and never loses one.
    private func move(
        _ letters: DeadLetters, to target: SQS.Queue, limit: Int, _ deployment: Deployment
    ) throws -> (moved: Int, status: String) {
        var moved = 0
        while moved < limit {
            // Few enough to be through before they show again.
            let messages = try letters.take(limit: Swift.min(10, limit - moved))
            if messages.isEmpty { break }
            for (index, message) in messages.enumerated() {
                do {
                    try letters.sqs.send(message, to: target.url)
                    try letters.sqs.delete(message, from: letters.queue.url)
                } catch {
                    // What cannot be put back shows again by itself, within a minute.
                    try? letters.putBack(Array(messages[index...]))
                    let failure = Failure(error, in: deployment)
                    throw Failure(failure.status, "After \(moved) messages: \(failure.sentence)")
                }
                moved += 1
                if let rate { deployment.session.pacing.sleep(1 / Double(rate)) }
            }
        }
        return (moved, "COMPLETED")
    }
}
