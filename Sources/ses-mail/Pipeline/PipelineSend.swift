internal import ArgumentParser
internal import JSON
internal import Mail

/// Puts a routing decision on the bus.
struct PipelineSend: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Put a routing decision on the bus.",
        discussion: """
            The file holds a decision as the router returns it, an entry of "aws events \
            put-events", or an event as a queue has it. The ledger keeps the handlers from doing \
            anything twice.
            """)

    @Argument(help: "A JSON file; - is standard input.", completion: .file(extensions: ["json"]))
    var file: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let event = try RoutingEvent(
            try TextFile.bytes(path: file), named: TextFile.name(path: file))
        let id = event.decision.originalMessageId
        let bus = deployment.busName
        Output.progress("looking for the bus …")
        guard try EventBridge(deployment.session).buses().contains(bus) else {
            throw Failure(missing: "bus \(bus)", in: deployment)
        }
        try deployment.confirm(
            "Put the decision about mail \(id) (\(event.summary)) on \(bus)?", isGiven: yes)
        let eventID = try event.put(on: deployment)
        output.answer(
            ["message_id": id.json, "bus": bus.json, "event_id": eventID.json],
            ("\(id): put on \(bus) (\(event.summary)). Follow it with: "
                + deployment.command("trace \(id)")).printable)
    }
}

/// An event for the bus: a routing decision, as the router returns it. Anything else would match no
/// rule, or fail in a handler again and again.
struct RoutingEvent {
    /// The names that the pipe gives its events, and that the rules match.
    static let source = "ses.email.router"
    static let detailType = "Email Routing Decision"

    let decision: RoutingDecision
    /// The detail as it was given, with a line for the routing log.
    let detail: JSONValue

    /// - Parameter bytes: a detail, or a list of one, as the router answers; an entry of
    ///   `aws events put-events`; or an event as a rule delivers it.
    init(_ bytes: [UInt8], named name: String) throws(Failure) {
        func refused(_ reason: String) -> Failure {
            Failure(
                .refused,
                "\(name) is not a routing decision: \(reason). Nothing was put on "
                    + "the bus.")
        }
        var document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw refused("it is \(error)")
        }
        if let list = document.array {
            guard let only = list.first, list.count == 1 else {
                throw refused("it is a list of \(list.count), and not of one")
            }
            document = only
        }
        if let source = (document["Source"] ?? document["source"])?.string,
            source != RoutingEvent.source
        {
            throw refused("its source is not \(RoutingEvent.source)")
        }
        if let type = (document["DetailType"] ?? document["detail-type"])?.string,
            type != RoutingEvent.detailType
        {
            throw refused("its detail type is not \"\(RoutingEvent.detailType)\"")
        }
        do {
            let given = try RoutingEvent.detail(of: document)
            decision = try RoutingEvent.decision(given)
            detail =
                given["log"] == nil
                ? .object((given.members ?? []) + [.init("log", .string(decision.log))]) : given
        } catch {
            throw refused(error.reason)
        }
    }

    private static func detail(of document: JSONValue) throws(FormatError) -> JSONValue {
        let inner = document["Detail"] ?? document["detail"]
        guard let text = inner?.string else { return inner ?? document }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw FormatError("its Detail is \(error)")
        }
    }

    /// The decision as the handlers read it, after a check of what the rules look at.
    private static func decision(_ detail: JSONValue) throws(FormatError) -> RoutingDecision {
        for action in ["store", "forward-to-gmail", "bounce"]
        where detail["actions"]?[action]?["count"]?.integer == nil {
            throw FormatError("actions has no \(action) with a count and targets")
        }
        let decision = try RoutingDecision(detail)
        // Text that is not JSON is not a notification of SES, and its parse error helps nobody.
        let notification = try? JSONValue(parsing: decision.body)
        guard notification?["mail"]?.members != nil else {
            throw FormatError("its body is not a notification of SES, as JSON in a string")
        }
        guard detail.bytes.count < 240_000 else {
            throw FormatError("it has 240 KB or more, which the bus may not take")
        }
        return decision
    }

    /// `1 store, 2 forward-to-gmail`
    var summary: String {
        let actions = decision.actions
        return [
            (actions.store.count, "store"), (actions.forwardToGmail.count, "forward-to-gmail"),
            (actions.bounce.count, "bounce"),
        ]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// Puts the event on the deployment's bus, and answers the id that it got.
    func put(on deployment: Deployment) throws -> String {
        let bus = deployment.busName
        let outcome = try EventBridge(deployment.session).put(
            source: RoutingEvent.source, detailType: RoutingEvent.detailType,
            detail: String(decoding: detail.bytes, as: UTF8.self), on: bus)
        switch outcome {
        case .taken(let eventID): return eventID
        case .refused(let code, let message):
            throw Failure(
                .failed, "The bus \(bus) did not take the event (\(code): \(message)). Try again.")
        }
    }
}
