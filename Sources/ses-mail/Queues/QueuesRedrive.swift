internal import ArgumentParser
internal import JSON

/// Puts dead letters back into the queue that they came from.
struct QueuesRedrive: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Put dead letters back to be worked on again.",
        discussion: """
            Fix the cause first. It is safe at any time: what was done already is in the ledger \
            and is not done again. SQS itself moves all messages; with --max they are moved here, \
            one by one, with all their attributes, and Ctrl-C stops after the message at hand. The \
            exit status is 2 where fewer were moved than were counted.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most; all, if it is not given.") var max: Int?
    @Option(help: "How many a second, 1 to 500.") var rate: Int?
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard queue.hasWorkQueue else {
            throw ValidationError(
                "These messages name records of a stream, and cannot be moved back. Use instead: "
                    + FollowUp(options, for: options.env ?? .prod).command("smtp reconcile"))
        }
        guard max.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--max is from 1 to 10000.")
        }
        guard rate.map({ (1...500).contains($0) }) ?? true else {
            throw ValidationError("--rate is from 1 to 500.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("counting the messages …")
        let letters = try DeadLetters(queue, deployment)
        let target = try letters.sqs.queue(queue.name(in: deployment.name))
        let name = queue.deadLetterName(in: deployment.name)
        guard letters.queue.total > 0 else {
            return output.answer(
                ["queue": .string(name), "moved": 0, "left": 0, "status": "COMPLETED"],
                "\(name): no dead letters.")
        }
        let count = Swift.min(max ?? .max, letters.queue.total)
        try deployment.confirm(
            "Move \(count.counted("message")) of \(name) back to be worked on, in \(deployment)?",
            isGiven: yes)
        let redrive = Redrive(
            letters: letters, target: target, rate: rate, deployment: deployment)
        let result = try max.map { try redrive.some(limit: $0, of: count) } ?? redrive.all()
        let left =
            result.moved < count
            ? Swift.min(count - result.moved, letters.recounted(downTo: 0).total) : 0
        let check = "Check with: \(deployment.command("queues status"))"
        let words =
            if result.status != "COMPLETED" {
                "\(result.moved) moved so far, and SQS is moving the rest. \(check)"
            } else if left > 0 {
                "\(result.moved) of \(count) moved. \(left) could not be taken: somebody may be "
                    + "looking at them. \(check)"
            } else {
                "\(result.moved) moved."
            }
        output.answer(
            [
                "queue": .string(name), "moved": .integer(result.moved),
                "left": .integer(left), "status": .string(result.status),
            ], "\(name): \(words)")
        if result.status == "COMPLETED" && left > 0 {
            throw ExitCode(Failure.Status.findings.rawValue)
        }
    }
}
