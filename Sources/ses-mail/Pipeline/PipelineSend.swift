internal import ArgumentParser
internal import JSON
internal import Mail

/// Puts a routing decision on the bus.
struct PipelineSend: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Put a routing decision on the bus.",
        discussion: """
            The file holds a decision as the router answers it, an entry of "aws events \
            put-events", or an event as a queue has it. What was done already is in the handlers' \
            ledger, and is not done again.
            """)

    @Argument(help: "A JSON file; - is standard input.") var file: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let event = try RoutingEvent(
            try TextFile.bytes(path: file), named: TextFile.name(path: file))
        let id = event.decision.originalMessageId
        let bus = deployment.busName
        let events = EventBridge(deployment.session)
        Output.progress("looking for the bus …")
        guard try events.buses().contains(bus) else {
            throw Failure(missing: "bus \(bus)", in: deployment)
        }
        try deployment.confirm(
            "Put the decision about mail \(id) (\(event.summary)) on \(bus)?", isGiven: yes)
        let outcome = try events.put(
            source: RoutingEvent.source, detailType: RoutingEvent.detailType,
            detail: String(decoding: event.detail.bytes, as: UTF8.self), on: bus)
        switch outcome {
        case .refused(let code, let message):
            throw Failure(
                .failed, "The bus \(bus) did not take the event (\(code): \(message)). Try again.")
        case .taken(let eventID):
            output.answer(
                [
                    "messageId": .string(id), "bus": .string(bus), "eventId": .string(eventID),
                ],
                ("\(id): put on \(bus) (\(event.summary)). Follow it with: "
                    + deployment.command("trace \(id)")).printable)
        }
    }
}
