internal import AWS
internal import JSON
internal import Mail

/// The evidence that a scenario is judged by, beside the ledger.
extension TestRun {
    /// Whether the bouncer logged that it sends no bounce for the mail, and counted that too: each
    /// of its instances has its own log stream, and the count follows the line at once.
    func isSuppressed(_ scenario: Scenario, _ messageID: String) throws -> Bool {
        guard scenario == .bounce else { return false }
        let said = try lines(scenario.handler, messageID)
            .filter { $0.text(of: "outcome") == "suppressed" }
        guard !said.isEmpty else { return false }
        let counted = try counts(.bounceSuppressed, scenario.handler)
        return said.contains { line in
            counted.contains { count in
                count.stream == line.stream
                    && (line.timestamp...line.timestamp + 5000).contains(count.timestamp)
            }
        }
    }

    /// The metric's lines in the log; CloudWatch itself shows a count minutes later.
    private func counts(_ metric: CountedMetric, _ function: FunctionChoice) throws(AWSError)
        -> [CloudWatchLogs.Event]
    {
        let group = LogSource.function(function).group(in: deployment)
        let events = try CloudWatchLogs(session)
            .events(of: .mentioning(metric.rawValue, in: group, range))
        return (events ?? []).filter { event in
            // A line that is not JSON is from Lambda.
            let line = try? JSONValue(parsing: event.message)
            return (line?[metric.rawValue]?.integer ?? 0) > 0
        }
    }

    /// The reason of a function's last failure with the mail; nil if it did not fail.
    func lastReason(_ function: FunctionChoice, _ messageID: String) throws(AWSError) -> String? {
        try lines(function, messageID).last { $0.text(of: "outcome") == "failed" }?
            .text(of: "reason")
    }

    private func lines(_ function: FunctionChoice, _ messageID: String) throws(AWSError)
        -> [LogLine]
    {
        try MailLog(deployment, range).lines(of: function, about: messageID)
    }

    /// Fails where the mail itself is a dead letter. Dead letters of other mails do not count.
    func checkHealth(_ messageID: String, _ result: inout ScenarioResult) throws {
        var (own, unseen) = (0, 0)
        for choice in QueueChoice.allCases where choice.hasWorkQueue {
            let letters = try DeadLetters(choice, deployment)
            guard letters.queue.total > 0 else { continue }
            let look = try letters.look(limit: DeadLetters.limit)
            own += look.messages.count { $0.mailID == messageID }
            unseen += max(0, look.total - look.messages.count)
        }
        result.note("dlq_messages", .integer(own))
        if unseen > 0 { result.note("dlq_messages_not_looked_at", .integer(unseen)) }
        var failures = 0
        for function in MailLog.functions {
            failures += try lines(function, messageID).count { $0.text(of: "outcome") == "failed" }
        }
        result.note("failed_tries", .integer(failures))
        guard own == 0 else {
            throw Failure(
                .failed,
                "The mail became a dead letter. See: \(deployment.command("trace \(messageID)"))")
        }
    }

    func waitForTrace(
        _ scenario: Scenario, _ decision: RoutingLogLine, _ result: inout ScenarioResult
    ) throws {
        guard settings.waits.xrayTrace > 0 else { return }
        guard try deployment.settings().has(.tracing) else {
            return result.note("xray_trace", "turned off")
        }
        let expected = [FunctionChoice.router, scenario.handler].map(\.rawValue)
        // With Transaction Search few traces are indexed, and waiting does not change that.
        let isIndexed = try !XRay(session).destination().isSearchedInLogs
        let trace = try poll(seconds: isIndexed ? settings.waits.xrayTrace : 0) {
            try TraceFinding.find(
                decision.messageID, arrival: decision.timestamp / 1000, session
            ).traces.first { Set($0.parts).isSuperset(of: expected) }
        }
        result.note("xray_trace_found", .bool(trace != nil))
        guard let trace else {
            if !isIndexed { return result.note("xray_trace", "not indexed (Transaction Search)") }
            throw Failure(
                .failed,
                "No trace of both \(expected.joined(separator: " and ")) within "
                    + "\(settings.waits.xrayTrace) s. Where xray_sampling_percent is below 100, "
                    + "only a sample is traced: set xray_trace to 0 to skip this check.")
        }
        result.note("trace_id", .string(trace.id))
        result.note("trace_segments", .array(trace.parts.map { .string($0) }))
    }
}

extension LogLine {
    fileprivate func text(of field: String) -> String? {
        fields.first { $0.name == field }?.value.string
    }
}
