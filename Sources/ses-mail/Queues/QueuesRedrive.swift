internal import ArgumentParser
internal import JSON

/// Tries again what has failed.
struct QueuesRedrive: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Put dead letters back to be worked on again.",
        discussion: """
            Mend the cause first. It is safe at any time: what was done already is in the ledger \
            and is not done again. All are moved by SQS itself; with --max they are moved here, \
            one by one, with all their attributes, and Ctrl-C ends it after the message at hand.
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
        Output.progress("counting the messages …")
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
        let redrive = Redrive(
            letters: letters, target: target, rate: rate, deployment: deployment)
        let result = try max.map { try redrive.some(limit: $0, of: count) } ?? redrive.all()
        output.answer(
            [
                "queue": .string(name), "moved": .integer(result.moved),
                "status": .string(result.status),
            ],
            "\(name): \(result.moved) moved"
                + (result.status == "COMPLETED" ? "." : ", the rest is being moved."))
    }
}
