internal import JSON

/// Keeps a decision small enough for the bus, which takes 256 KB an event.
extension RoutingDecision {
    /// The same decision with fewer than `maximumBytes` of UTF-8 as JSON.
    ///
    /// A larger decision is reduced step by step: the notification in `body` to the headers that
    /// decide whether a bounce may be sent, then to short common headers without the destinations;
    /// then the log to the numbers of targets; at last the descriptions and labels are dropped.
    /// Throws `RoutingFailure.tooLarge` if the rest, which is mostly targets, is still too large.
    package func fittingTheBus(
        maximumBytes: Int = 240_000
    ) throws(RoutingFailure) -> RoutingDecision {
        guard upperBoundOfBytes >= maximumBytes else { return self }
        var bytes = encodedBytes
        guard bytes >= maximumBytes else { return self }

        // `try?`: a text that is not JSON cannot be reduced; the error below gives its size.
        guard let original = try? JSONValue(parsing: body) else {
            throw .tooLarge(bytes: bytes)
        }
        let evidence = NotificationReduction.keepingBounceHeaders(of: original)
        let essentials = NotificationReduction.keepingShortHeaders(of: evidence)
        for smaller in [
            replacing(body: evidence), replacing(body: essentials),
            replacing(body: essentials, log: actions.logOfCounts),
            replacing(
                body: essentials, actions: actions.withoutAccessories, log: actions.logOfCounts),
        ] {
            bytes = smaller.encodedBytes
            if bytes < maximumBytes { return smaller }
        }
        throw .tooLarge(bytes: bytes)
    }

    private func replacing(
        body: JSONValue, actions: RoutingActions? = nil, log: String? = nil
    ) -> RoutingDecision {
        RoutingDecision(
            originalMessageId: originalMessageId, body: String(decoding: body.bytes, as: UTF8.self),
            traceHeader: traceHeader, actions: actions ?? self.actions, log: log ?? self.log)
    }

    /// An upper bound of the JSON's size, found without encoding: an escaped byte takes six.
    private var upperBoundOfBytes: Int {
        var textBytes = originalMessageId.utf8.count + body.utf8.count
        textBytes += log.utf8.count + (traceHeader?.utf8.count ?? 0)
        for target in actions.store + actions.bounce {
            textBytes += target.target.utf8.count + (target.rule?.utf8.count ?? 0)
            textBytes += target.description?.utf8.count ?? 0
            textBytes += target.reason?.rawValue.utf8.count ?? 0
        }
        for target in actions.forwardToGmail {
            textBytes += target.target.utf8.count + target.destination.utf8.count
            textBytes += target.rule?.utf8.count ?? 0
            for label in target.labelIDs ?? [] { textBytes += label.utf8.count + 3 }
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

extension RoutingActions {
    /// The same decision in fewer words: a report says less of the rule, and a message gets Gmail's
    /// usual labels.
    fileprivate var withoutAccessories: RoutingActions {
        func shortened(_ targets: [RoutingTarget]) -> [RoutingTarget] {
            targets.map { RoutingTarget(target: $0.target, rule: $0.rule, reason: $0.reason) }
        }
        return RoutingActions(
            store: shortened(store), forwardToGmail: forwardToGmail.map(\.withUsualLabels),
            bounce: shortened(bounce))
    }
}

extension ForwardTarget {
    /// The same target without the labels of its rule; junk and the canary keep theirs, which put
    /// them where nobody looks.
    fileprivate var withUsualLabels: ForwardTarget {
        guard !isJunk, !isCanary else { return self }
        return ForwardTarget(
            target: target, destination: destination, rule: rule, isNeverSpam: isNeverSpam,
            isForCalendar: isForCalendar)
    }
}
