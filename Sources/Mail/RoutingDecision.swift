package import FoundationEssentials

/// What was decided for a mail? THE contract between the functions.
///
/// The router answers one for each mail, as bare JSON: the pipe makes it the event's `detail`, the
/// bus matches `actions.*.count`, and the handlers read it from their queues.
package struct RoutingDecision: Equatable, Sendable {
    /// The id that SES gave to the mail, and the last part of its S3 key.
    package let originalMessageId: String
    package let eventSource: String
    /// The SES notification: JSON in a string.
    package let body: String
    /// The X-Ray trace that the mail belongs to, since neither pipe nor queue carries it on.
    package let traceHeader: String?
    package let actions: RoutingActions

    /// A decision as it is, whatever its size; before it goes to the bus it must be `limited()`.
    package init(
        originalMessageId: String, body: String, traceHeader: String? = nil,
        actions: RoutingActions, eventSource: String = "aws:sqs"
    ) {
        self.originalMessageId = originalMessageId
        self.eventSource = eventSource
        self.body = body
        self.traceHeader = traceHeader
        self.actions = actions
    }

    /// The router's answer: a JSON array, one element a decision, keys in alphabetical order.
    package static func json(of decisions: [RoutingDecision]) throws -> Data {
        try encoder().encode(decisions)
    }

    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension RoutingDecision: Codable {
    /// Throws where the id, the body or the targets are missing, and where a count is wrong.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            originalMessageId: try container.decode(String.self, forKey: .originalMessageId),
            body: try container.decode(String.self, forKey: .body),
            traceHeader: try container.decodeIfPresent(String.self, forKey: .traceHeader),
            actions: try container.decode(RoutingActions.self, forKey: .actions),
            eventSource: try container.decodeIfPresent(String.self, forKey: .eventSource)
                ?? "aws:sqs")
        if originalMessageId.isEmpty {
            throw DecodingError.dataCorruptedError(
                forKey: .originalMessageId, in: container,
                debugDescription: "originalMessageId is empty.")
        }
    }
}
