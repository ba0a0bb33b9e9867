internal import AWS
internal import HTTP

/// A move of dead letters back to the queue that they came from.
struct Redrive {
    let letters: DeadLetters
    let target: SQS.Queue
    /// Messages a second.
    let rate: Int?
    let deployment: Deployment

    private var sqs: SQS { letters.sqs }
    private var pacing: Pacing { deployment.session.pacing }

    /// Lets SQS move them, and watches it for a minute.
    func all() throws -> (moved: Int, status: String) {
        // A refusal is reported below, when the move is under way.
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
                + ". The others are where they were. Try again.")
    }

    /// Moves them here, one by one.
    ///
    /// Each is sent before it is deleted: a failure in between makes a second copy, which the
    /// ledger makes harmless, and never loses one.
    /// - Parameter count: how many there may be, for the progress that is shown.
    func some(limit: Int, of count: Int) throws -> (moved: Int, status: String) {
        let interruption = Interruption()
        var moved = 0
        var taken: [SQS.Message] = []
        do {
            while moved < limit {
                // Few enough to be through before they show again.
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
            "Stopped after \(moved.counted("message")). The others are where they were. Go on with "
                + "the same command.")
    }
}
