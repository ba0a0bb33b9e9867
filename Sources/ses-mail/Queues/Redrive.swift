internal import AWS
internal import HTTP

/// How do dead letters get back to where they are worked on?
struct Redrive {
    let letters: DeadLetters
    let target: SQS.Queue
    /// Messages a second.
    let rate: Int?
    let deployment: Deployment

    private var sqs: SQS { letters.sqs }
    private var pacing: Pacing { deployment.session.pacing }

    /// SQS moves them; it is watched for a minute.
    func all() throws -> (moved: Int, status: String) {
        // Whoever may not ask is told so below, when the move is under way.
        let earlier = try? sqs.lastMoveTask(from: letters.queue.arn)
        let handle = try sqs.startMoveTask(
            from: letters.queue.arn, to: target.arn, perSecond: rate)
        Output.progress("moving …")
        var moved = 0
        for _ in 0..<60 {
            if let task = try lastTask() {
                // The list is late at times, and one that has ended has no handle any more.
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
                "The move was started; see how far it is with: ses-mail queues status; it could "
                    + "not be watched: \(Failure(error, in: deployment).sentence)")
        }
    }

    private func result(of task: SQS.MoveTask) throws(Failure) -> (moved: Int, status: String) {
        guard task.status != "COMPLETED" else { return (task.moved, task.status) }
        throw Failure(
            .failed,
            "The move ended as \(task.status) after \(task.moved.counted("message"))"
                + (task.failureReason.map { " (\($0))" } ?? "")
                + "; the others are where they were, so try again.")
    }

    /// They are moved here, one by one.
    ///
    /// Sent before it is deleted: what goes wrong in between makes a second copy, which the ledger
    /// makes harmless, and never loses one.
    /// - Parameter count: how many there may be, for who watches.
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
            // What cannot be put back shows again by itself, within a minute.
            try? letters.putBack(taken)
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
            "Stopped after \(moved.counted("message")): the others are where they were; go on with "
                + "the same command.")
    }
}
