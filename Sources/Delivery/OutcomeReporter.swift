package import Lambda
package import Logging
package import Mail

/// Reports a handler's outcomes: to its log, its metrics, and the mail's own trace.
package struct OutcomeReporter {
    /// The function's name in traces.
    private let function: String
    /// The routing decision's word for what the handler does, such as `bounce`.
    private let action: String
    package let metrics: Metrics
    private let tracer: Tracer

    package init(function: String, action: String, metrics: Metrics, tracer: Tracer) {
        self.function = function
        self.action = action
        self.metrics = metrics
        self.tracer = tracer
    }

    /// Writes the line of an outcome, with the id of the mail.
    package func report(
        _ line: OutcomeLine, of decision: RoutingDecision, rule: String? = nil, to logger: Logger
    ) {
        var fields: Logger.Metadata = ["messageId": "\(decision.originalMessageId)"]
        if let rule { fields["rule"] = "\(rule)" }
        write(line, fields, to: logger)
    }

    /// Writes the line of a record without a decision for this handler.
    package func reportUnread(
        _ record: SQSRecord, _ error: BadEvent, counting counts: KeyValuePairs<MetricName, Int>,
        to logger: Logger
    ) {
        let line = OutcomeLine(
            .error, "the record was not understood", outcome: "failed", reason: "\(error)")
        write(
            line.counting(counts), ["sqsMessageId": "\(record.messageID ?? "")"], to: logger)
    }

    private func write(_ line: OutcomeLine, _ fields: Logger.Metadata, to logger: Logger) {
        var fields = fields.merging(line.fields) { $1 }
        fields["action"] = "\(action)"
        fields["outcome"] = "\(line.outcome)"
        if let reason = line.reason { fields["reason"] = "\(reason)" }
        let log = { logger.log(level: line.level, "\(line.message)", metadata: fields) }
        if line.counts.isEmpty {
            log()
        } else {
            metrics.count(line.counts, log)
        }
    }

    /// Adds the work on a mail to the trace that its decision names.
    package func trace(
        _ decision: RoutingDecision, _ annotations: [(key: String, value: String)],
        isFault: Bool, fromSeconds start: Double, toSeconds end: Double
    ) {
        guard let trace = decision.traceHeader.flatMap(TraceHeader.init) else { return }
        var subsegment = Subsegment(name: function, startSeconds: start, endSeconds: end)
        subsegment.annotations =
            [("messageId", decision.originalMessageId), ("action", action)] + annotations
        subsegment.isFault = isFault
        tracer.send(subsegment, in: trace)
    }
}
