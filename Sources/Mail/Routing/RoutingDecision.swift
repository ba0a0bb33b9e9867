package import JSON

/// The decision for a mail: the contract between the functions.
///
/// The router answers one for each mail, as bare JSON: the pipe makes it the event's `detail`, the
/// bus matches `actions.*.count`, and the handlers read it from their queues.
package struct RoutingDecision: Equatable, Sendable {
    /// The id that SES gave to the mail, and the last part of its S3 key.
    package let originalMessageId: String
    /// The SES notification: JSON in a string.
    package let body: String
    /// The X-Ray trace that the mail belongs to, since neither pipe nor queue carries it on.
    package let traceHeader: String?
    package let actions: RoutingActions
    /// The line that the bus writes into the routing log.
    package let log: String

    /// A decision as it is, whatever its size; before it goes to the bus it must be
    /// `fittingTheBus()`.
    /// - Parameter log: nil is the one that names every target.
    package init(
        originalMessageId: String, body: String, traceHeader: String? = nil,
        actions: RoutingActions, log: String? = nil
    ) {
        self.originalMessageId = originalMessageId
        self.body = body
        self.traceHeader = traceHeader
        self.actions = actions
        self.log = log ?? actions.log
    }

    /// The router's answer: a JSON array, one element a decision, keys in alphabetical order.
    package static func json(of decisions: [RoutingDecision]) -> [UInt8] {
        var writer = JSONWriter(
            capacity: 1024 + decisions.reduce(0) { $0 + 2 * $1.body.utf8.count })
        writer.array { list in
            for decision in decisions { decision.write(to: &list) }
        }
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.object { detail in
            detail.name("actions")
            actions.write(to: &detail)
            detail.member("body", body)
            detail.member("eventSource", "aws:sqs")
            detail.member("log", log)
            detail.member("originalMessageId", originalMessageId)
            if let traceHeader { detail.member("traceHeader", traceHeader) }
        }
    }

    /// Reads what a handler gets: the event's `detail`.
    /// - Throws: `FormatError` if the id, the body or the targets are missing, and where a count
    ///   is wrong.
    package init(_ json: JSONValue) throws(FormatError) {
        guard let id = json["originalMessageId"]?.string, !id.isEmpty else {
            throw FormatError("there is no originalMessageId")
        }
        guard let body = json["body"]?.string else { throw FormatError("there is no body") }
        guard let actions = json["actions"] else { throw FormatError("there are no actions") }
        self.init(
            originalMessageId: id, body: body, traceHeader: json["traceHeader"]?.string,
            actions: try RoutingActions(actions), log: json["log"]?.string)
    }
}
