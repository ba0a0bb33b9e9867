internal import AWS
internal import ArgumentParser
internal import JSON

/// The commands about queues.
struct QueuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "Show what waits and what has failed; try it again.",
        subcommands: [QueuesStatus.self, QueuesPeek.self, QueuesRedrive.self])
}

/// Counts the messages of each queue.
struct QueuesStatus: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Count the messages of all queues.",
        discussion:
            "The exit status is 2 where there is a dead letter. The numbers are approximate.")

    @OptionGroup var watch: WatchOptions
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    private struct Row {
        let name: String
        let queue: SQS.Queue
        let isDeadLetterQueue: Bool

        var severity: Severity { isDeadLetterQueue && queue.total > 0 ? .error : .ok }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("counting the messages …")
        let rows = try watch.run(deployment, output, renew: options, read: rows) {
            show($0, deployment, output)
        }
        try Severity.conclude(rows.map(\.severity))
    }

    private func rows(_ deployment: Deployment) throws -> [Row] {
        let sqs = SQS(deployment.session)
        var rows: [Row] = []
        for choice in try deployment.settings().queues {
            if choice.hasWorkQueue {
                let name = choice.name(in: deployment.name)
                rows.append(
                    Row(name: name, queue: try sqs.queue(name), isDeadLetterQueue: false))
            }
            let name = choice.deadLetterName(in: deployment.name)
            rows.append(Row(name: name, queue: try sqs.queue(name), isDeadLetterQueue: true))
        }
        return rows
    }

    private func show(_ rows: [Row], _ deployment: Deployment, _ output: Output) {
        output.list(
            rows,
            [
                Column("QUEUE", "name", \.name),
                .data("is_dead_letter_queue", \.isDeadLetterQueue),
                Column("WAITING", "waiting", \.queue.waiting),
                Column("IN WORK", "in_work", \.queue.inFlight),
                Column("DELAYED", "delayed", \.queue.delayed),
                .shown { row in
                    let name = row.name
                    return row.severity.isFinding
                        ? "← \(deployment.command("queues peek \(name)"))" : ""
                },
            ], severity: { $0.severity.isFinding ? $0.severity : nil })
    }
}

/// Shows the messages of a dead-letter queue.
struct QueuesPeek: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek", abstract: "Show dead letters, and leave them where they are.",
        discussion: """
            Only dead-letter queues can be looked at: in the others a look would count as a try. \
            SQS chooses which messages it shows, and shows each of them to one person at a time. \
            JSON and TSV have the whole bodies.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most, 1 to \(DeadLetters.limit).") var max = 10
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...DeadLetters.limit).contains(max) else {
            throw ValidationError("--max is from 1 to \(DeadLetters.limit).")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the dead letters …")
        if queue == .credentials { try deployment.require(.smtp) }
        let look = try DeadLetters(queue, deployment).look(limit: max)
        let isText = output.format == .text
        if isText && look.messages.isEmpty {
            let name = queue.deadLetterName(in: deployment.name)
            return output.line(
                look.isWhole
                    ? "\(name): no dead letters."
                    : "\(name): SQS counts \(look.total.counted("dead letter")), but shows none. "
                        + "Somebody else may be looking at them: try again in a minute.")
        }
        output.list(look.messages, SQS.Message.columns)
        guard isText else { return }
        if !look.isWhole {
            output.line("These are \(look.messages.count) of about \(look.total) dead letters.")
        }
        output.line("Find out why with: \(deployment.command("trace MAIL"))")
    }
}

extension SQS.Message {
    fileprivate static var columns: Columns<SQS.Message> {
        [
            .data("id", \.id),
            Column("MAIL", "mail", \.mailID) { $0.mailID?.shortened(to: 80) ?? "(none)" },
            Column("SENT", "sent_at") { Clock.text($0.sentAt / 1000) },
            .shown("MESSAGE", \.id), .data("body", \.body),
        ]
    }
}
