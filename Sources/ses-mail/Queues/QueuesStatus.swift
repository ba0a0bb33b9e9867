internal import ArgumentParser
internal import JSON

/// Counts the messages of each queue.
struct QueuesStatus: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Count the messages of all queues.",
        discussion:
            "The exit status is 2 where there is a dead letter. The numbers are approximate.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("counting the messages …")
        let sqs = SQS(deployment.session)
        var lines: [(name: String, queue: SQS.Queue, isDead: Bool)] = []
        for choice in try deployment.settings().queues {
            if choice.hasWorkQueue {
                let name = choice.name(in: deployment.name)
                lines.append((name, try sqs.queue(name), false))
            }
            let name = choice.deadLetterName(in: deployment.name)
            lines.append((name, try sqs.queue(name), true))
        }
        let rows = lines.map { line in
            let (name, queue) = (line.name, line.queue)
            return [
                name, "\(queue.waiting)", "\(queue.inFlight)", "\(queue.delayed)",
                line.isDead && queue.total > 0
                    ? "← \(deployment.command("queues peek \(name)"))" : "",
            ]
        }
        if output.isJSON {
            output.json(.array(lines.map { $0.queue.json(named: $0.name, isDead: $0.isDead) }))
        } else {
            output.table(
                [["QUEUE", "WAITING", "IN WORK", "DELAYED"]] + rows,
                moods: [.quiet] + lines.map { $0.isDead && $0.queue.total > 0 ? .bad : nil })
        }
        if lines.contains(where: { $0.isDead && $0.queue.total > 0 }) {
            throw ExitCode(Failure.Status.findings.rawValue)
        }
    }
}

extension SQS.Queue {
    var total: Int { waiting + inFlight + delayed }

    fileprivate func json(named name: String, isDead: Bool) -> JSONValue {
        [
            "name": .string(name), "isDeadLetterQueue": .bool(isDead),
            "waiting": .integer(waiting), "inWork": .integer(inFlight),
            "delayed": .integer(delayed),
        ]
    }
}
