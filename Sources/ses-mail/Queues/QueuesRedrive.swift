internal import AWS
internal import ArgumentParser
internal import HTTP
internal import JSON
internal import Process

/// Moves dead letters back to the queue that they came from.
struct QueuesRedrive: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Move dead letters back to the queue that they came from.",
        discussion: """
            Fix the cause first. Redriving is safe at any time: the ledger keeps a message from \
            having its effect twice. SQS itself moves all messages; with --max this command moves \
            them one by one, with all their attributes, and Ctrl-C stops it after the message at \
            hand. The exit status is 2 where fewer messages were moved than were counted.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most; all without this option.") var max: Int?
    @Option(help: "How many a second, 1 to 500.") var rate: Int?
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard queue.hasWorkQueue else {
            throw ValidationError(
                "These messages are about records of a stream, and cannot be moved back. Use "
                    + "instead: "
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
                ["queue": name.json, "moved": 0, "left": 0, "status": "COMPLETED"],
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
                "\(result.moved) of \(count) moved. \(left) could not be taken, perhaps because "
                    + "somebody is looking at them. \(check)"
            } else {
                "\(result.moved) moved."
            }
        output.answer(
            [
                "queue": name.json, "moved": result.moved.json, "left": left.json,
                "status": result.status.json,
            ], "\(name): \(words)")
        if result.status == "COMPLETED" && left > 0 {
            throw ExitCode(Failure.Status.findings.rawValue)
        }
    }
}

/// A move of dead letters back to the queue that they came from.
struct Redrive {
    let letters: DeadLetters
    let target: SQS.Queue
    /// Messages a second.
    let rate: Int?
    let deployment: Deployment

    private var sqs: SQS { letters.sqs }
    private var pacing: Pacing { deployment.session.pacing }

    /// Lets SQS move all messages, and watches it for a minute.
    func all() throws -> (moved: Int, status: String) {
        // A refusal is reported below, once the move is under way.
        let earlier = try? sqs.lastMoveTask(from: letters.queue.arn)
        let handle = try sqs.startMoveTask(
            from: letters.queue.arn, to: target.arn, perSecond: rate)
        Output.progress("moving …")
        var moved = 0
        for _ in 0..<60 {
            if let task = try lastTask() {
                // The list may be late, and a task that has ended has no handle.
                let isOurs =
                    task.handle.map { $0 == handle } ?? (task.startedAt != earlier?.startedAt)
                if isOurs { moved = task.moved }
                if isOurs && task.status != "RUNNING" { return try result(of: task) }
            }
            pacing.sleep(1)
        }
        return (moved, "RUNNING")
    }

    private func lastTask() throws(Failure) -> SQS.MoveTask? {
        do {
            return try sqs.lastMoveTask(from: letters.queue.arn)
        } catch {
            throw Failure(
                .failed,
                "Redrive started, but its progress cannot be read. "
                    + "\(Failure(error, in: deployment).sentence) Check with: "
                    + deployment.command("queues status"))
        }
    }

    private func result(of task: SQS.MoveTask) throws(Failure) -> (moved: Int, status: String) {
        guard task.status != "COMPLETED" else { return (task.moved, task.status) }
        throw Failure(
            .failed,
            "The move ended as \(task.status) after \(task.moved.counted("message"))"
                + (task.failureReason.map { " (\($0))" } ?? "")
                + ". The other messages are still where they were. Try again.")
    }

    /// Moves messages one by one.
    ///
    /// Each is sent before it is deleted: a failure in between leaves a second copy, which the
    /// ledger makes harmless, and never loses a message.
    /// - Parameter count: the expected number, for the progress that is shown.
    func some(limit: Int, of count: Int) throws -> (moved: Int, status: String) {
        let interruption = Interruption()
        var moved = 0
        var taken: [SQS.Message] = []
        do {
            while moved < limit {
                // Few enough to be done before they appear again.
                taken = try letters.take(limit: min(10, limit - moved))
                if taken.isEmpty { break }
                while let message = taken.first {
                    if interruption.isAsked { throw stopped(after: moved) }
                    try sqs.send(message, to: target.url)
                    try sqs.delete(message, from: letters.queue.url)
                    taken.removeFirst()
                    moved += 1
                    Output.progress("\(moved) of \(count) moved …")
                    if let rate, moved < limit { pacing.sleep(1 / Double(rate)) }
                }
            }
        } catch {
            letters.putBack(taken)
            if let failure = error as? Failure { throw failure }
            throw Failure(
                error, in: deployment,
                moved == 0 ? "Nothing was moved" : "After \(moved.counted("message"))")
        }
        return (moved, "COMPLETED")
    }

    private func stopped(after moved: Int) -> Failure {
        Failure(
            .failed,
            "Stopped after \(moved.counted("message")). The other messages are still where they "
                + "were. Continue with the same command.")
    }
}
