internal import JSON
internal import Mail

/// An event for the bus: a routing decision, as the router answers it. Anything else would match no
/// rule, or fail in a handler for ever.
struct RoutingEvent {
    /// As the pipe names what it puts on the bus, and as the rules want it.
    static let source = "ses.email.router"
    static let detailType = "Email Routing Decision"

    let decision: RoutingDecision
    /// The detail as it was given, and the line for the routing log where it has none.
    let detail: JSONValue

    /// - Parameter bytes: a detail, or a list of one, as the router answers; an entry of
    ///   `aws events put-events`; or an event as a rule delivers it.
    init(_ bytes: [UInt8], named name: String) throws(Failure) {
        func refused(_ reason: String) -> Failure {
            Failure(.refused, "\(name) is not a routing decision: \(reason). Nothing was put.")
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

    /// What the handlers would read, and what the rules look at.
    private static func decision(_ detail: JSONValue) throws(FormatError) -> RoutingDecision {
        for action in ["store", "forward-to-gmail", "bounce"]
        where detail["actions"]?[action]?["count"]?.integer == nil {
            throw FormatError("actions has no \(action) with a count and targets")
        }
        let decision = try RoutingDecision(detail)
        // Text that is not JSON is not a notification of SES; the place where it ends is of no use.
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
}
