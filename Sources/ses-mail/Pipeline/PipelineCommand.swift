internal import ArgumentParser
internal import JSON
internal import Mail

/// Does the pipeline run, and how is something put into it by hand?
struct PipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Show whether everything runs; try parts of it by hand.",
        subcommands: [PipelineShow.self, PipelineSend.self, PipelineInvoke.self])
}

/// Puts a routing decision on the bus.
struct PipelineSend: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Put a routing decision on the bus.",
        discussion: """
            The file holds a decision as the router answers it, an entry of "aws events \
            put-events", or an event as a queue has it. What is done already is not done again: \
            the handlers' ledger knows.
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
        guard try events.buses().contains(bus) else {
            throw Failure(missing: "bus \(bus)", in: deployment)
        }
        try Confirmation.require(
            "Put the decision about mail \(id) (\(event.summary)) on \(bus)?", isGiven: yes)
        let outcome = try events.put(
            source: RoutingEvent.source, detailType: RoutingEvent.detailType,
            detail: String(decoding: event.detail.bytes, as: UTF8.self), on: bus)
        switch outcome {
        case .refused(let code, let message):
            throw Failure(
                .failed, "The bus \(bus) did not take the event (\(code): \(message)); try again.")
        case .taken(let eventID):
            output.answer(
                [
                    "messageId": .string(id), "bus": .string(bus), "eventId": .string(eventID),
                ],
                "\(id): put on \(bus) (\(event.summary)). Follow it with: ses-mail trace \(id)"
                    .printable)
        }
    }
}

/// Runs a function.
struct PipelineInvoke: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Run a function with an event, and print its answer.",
        discussion: "It is the real function: it imports, bounces and deletes as it would.")

    @Argument(help: "Which, by its short or its full name.") var function: FunctionChoice
    @Argument(help: "A JSON file with the event; - is standard input.") var file: String
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let payload = try TextFile.bytes(path: file)
        do {
            _ = try JSONValue(parsing: payload)
        } catch {
            throw Failure(.failed, "\(TextFile.name(path: file)) is \(error); nothing was run.")
        }
        let name = function.name(in: deployment.name)
        Output.progress("running \(name) …")
        // Its own time, and what starting it takes.
        let seconds = function.timeoutSeconds + 20
        let answer = try LambdaService(deployment.session(patienceSeconds: seconds))
            .invoke(name, payload, timeoutSeconds: seconds)
        guard !answer.isError else { throw PipelineInvoke.failure(answer.bytes, of: name) }
        do {
            output.json(try JSONValue(parsing: answer.bytes))
        } catch {
            throw Failure(.failed, "\(name) answered what is \(error).")
        }
    }

    /// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror
    private static func failure(_ answer: [UInt8], of name: String) -> Failure {
        // An error that is no JSON says nothing that could be shown.
        let error = try? JSONValue(parsing: answer)
        let kind = error?["errorType"]?.string ?? "an error without a type"
        let message = error?["errorMessage"]?.string ?? "no message"
        return Failure(.failed, "\(name) failed: \(kind): \(message)")
    }
}
