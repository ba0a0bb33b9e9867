internal import JSON

/// How is a decision kept small enough for the bus, which takes 256 KB an event?
extension RoutingDecision {
    /// The same decision with fewer than `maximumBytes` of UTF-8 as JSON.
    ///
    /// Where it has more, the notification in `body` is reduced, first to the headers that tell
    /// whether a bounce may be sent, then to short common headers without the destinations. Throws
    /// `RoutingFailure.tooLarge` if the rest (the targets, mostly) is still too large.
    package func limited(
        toBytes maximumBytes: Int = 240_000
    ) throws(RoutingFailure) -> RoutingDecision {
        guard upperBoundOfBytes >= maximumBytes else { return self }
        var bytes = encodedBytes
        guard bytes >= maximumBytes else { return self }

        // `try?`: what is no JSON cannot be reduced; the error says how large it is.
        guard let original = try? JSONValue(parsing: body) else {
            throw .tooLarge(bytes: bytes)
        }
        let evidence = NotificationReduction.keepingEvidence(of: original)
        for reduced in [evidence, NotificationReduction.keepingEssentials(of: evidence)] {
            let decision = replacingBody(with: String(decoding: reduced.bytes, as: UTF8.self))
            bytes = decision.encodedBytes
            if bytes < maximumBytes { return decision }
        }
        throw .tooLarge(bytes: bytes)
    }

    private func replacingBody(with body: String) -> RoutingDecision {
        RoutingDecision(
            originalMessageId: originalMessageId, body: body, traceHeader: traceHeader,
            actions: actions)
    }

    /// An upper bound of the JSON's size, found without encoding: an escaped byte takes six.
    private var upperBoundOfBytes: Int {
        var textBytes = originalMessageId.utf8.count + body.utf8.count
        textBytes += traceHeader?.utf8.count ?? 0
        for target in actions.store + actions.bounce {
            textBytes += target.target.utf8.count + (target.rule?.utf8.count ?? 0)
            textBytes += target.description?.utf8.count ?? 0
            textBytes += target.reason?.rawValue.utf8.count ?? 0
        }
        for target in actions.forwardToGmail {
            textBytes += target.target.utf8.count + target.destination.utf8.count
            textBytes += target.rule?.utf8.count ?? 0
        }
        let targetCount = actions.store.count + actions.bounce.count + actions.forwardToGmail.count
        return 6 * textBytes + 64 * targetCount + 512
    }

    /// The size of the JSON as the router answers it.
    private var encodedBytes: Int {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes.count
    }
}
