internal import ArgumentParser
internal import JSON

/// Which messages have failed?
struct QueuesPeek: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "peek", abstract: "Show dead letters, and leave them where they are.",
        discussion: """
            Only dead-letter queues: in the others a look would count as a try. JSON has the whole \
            bodies.
            """)

    @Argument(help: QueueChoice.help) var queue: QueueChoice
    @Option(help: "How many at most.") var max = 10
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard (1...1000).contains(max) else { throw ValidationError("--max is from 1 to 1000.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the dead letters …")
        let letters = try DeadLetters(queue, deployment)
        let messages = try letters.look(limit: max)
        if output.isJSON { return output.json(.array(messages.map(\.json))) }
        guard !messages.isEmpty else {
            return output.line("\(queue.deadLetterName(in: deployment.name)): no dead letters.")
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
        output.line("Find out why with: ses-mail trace MAIL")
    }
}
