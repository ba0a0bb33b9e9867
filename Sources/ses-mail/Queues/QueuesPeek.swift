internal import ArgumentParser
internal import JSON

/// Shows the messages of a dead-letter queue.
struct QueuesPeek: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek", abstract: "Show dead letters, and leave them where they are.",
        discussion: """
            Only dead-letter queues can be looked at: in the others a look would count as a try. \
            SQS chooses which messages it shows, and shows each of them to one person at a time. \
            JSON has the whole bodies.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most, 1 to \(DeadLetters.limit).") var max = 10
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...DeadLetters.limit).contains(max) else {
            throw ValidationError("--max is from 1 to \(DeadLetters.limit).")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the dead letters …")
        if queue == .credentials { try deployment.require(.smtp) }
        let letters = try DeadLetters(queue, deployment)
        let look = try letters.look(limit: max)
        let messages = look.messages
        if output.isJSON { return output.json(.array(messages.map(\.json))) }
        let name = queue.deadLetterName(in: deployment.name)
        guard !messages.isEmpty else {
            return output.line(
                look.isWhole
                    ? "\(name): no dead letters."
                    : "\(name): SQS counts \(look.total.counted("dead letter")), and shows none. "
                        + "Somebody else may be looking at them: try again in a minute.")
        }
        output.table(
            [["MAIL", "SENT", "MESSAGE"]]
                + messages.map { message in
                    [
                        message.mailID?.shortened(to: 80) ?? "(none)",
                        Clock.text(message.sentAt / 1000),
                        message.id,
                    ]
                }, moods: [.quiet])
        if !look.isWhole {
            output.line("These are \(messages.count) of about \(look.total) dead letters.")
        }
        output.line("Find out why with: \(deployment.command("trace MAIL"))")
    }
}
