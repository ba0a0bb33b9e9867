internal import AWS
internal import HTTP
internal import JSON
internal import Mail

/// How does a mail fare that is sent through the whole system now? Every wait is bounded; what is
/// found on the way is noted, and the first thing that does not happen ends the scenario.
struct TestRun {
    let deployment: Deployment
    let settings: TestSettings
    let isCleaningUp: Bool
    /// What is being done, for who watches.
    let say: (String) -> Void
    /// Epoch seconds.
    let startedAt: Int
    /// What tells this run's recipients from another's.
    let tag: String
    let interruption: Interruption

    private var session: AWSSession { deployment.session }
    private var sinceMilliseconds: Int { (startedAt - 60) * 1000 }

    func result(of scenario: Scenario) -> ScenarioResult {
        var result = ScenarioResult(name: scenario.name)
        do {
            try perform(scenario, &result)
        } catch {
            result.failure = Failure(any: error, in: deployment).sentence
        }
        return result
    }

    private func perform(_ scenario: Scenario, _ result: inout ScenarioResult) throws {
        let recipient = "\(scenario.localPart)+\(tag)@\(settings.testDomain)"
        let before = try deadLetterCount()
        say("Step 1: making the rule \(scenario.localPart)@\(settings.testDomain)")
        let rule = try TestRule(scenario, settings, RuleTable(deployment))
        defer { if isCleaningUp { takeBack(rule, &result) } }
        try rule.make()
        result.note("routing_rule_created", true)
        say("Step 2: sending a mail to \(recipient)")
        let mail = ScenarioMail(
            from: settings.from, to: recipient, name: scenario.name, token: try testToken())
        let sent = try SESv2(session).sendEmail(
            from: settings.from, to: recipient, raw: mail.bytes(epochSeconds: startedAt))
        result.note("email_sent", true)
        result.note("sent_message_id", .string(sent))
        say("Step 3: waiting until the router has decided")
        let decision = try waitForDecision(recipient)
        result.note("message_id", .string(decision.messageID))
        result.note("input_queue_received", true)
        result.note("router_processed", true)
        let action = decision.targets?.first { $0.recipient == recipient }?.action ?? ""
        result.note("routing_decision", .string(action))
        guard action == scenario.action else {
            throw Failure(
                .failed,
                "The router decided \(action) instead of \(scenario.action); see: "
                    + "ses-mail trace \(decision.messageID)")
        }
        say("Step 4: waiting for the \(scenario.handler.rawValue)")
        try waitForHandler(scenario, decision.messageID, recipient, &result)
        say("Step 5: checking the dead-letter queues and the functions' logs")
        try checkHealth(before: before, decision.messageID, &result)
        say("Step 6: looking for the trace")
        try waitForTrace(scenario, decision, &result)
        if scenario == .bounce, isCleaningUp {
            try deleteMail(decision.messageID)
        }
    }

    /// In the test environment only, and only where one was made.
    private func testToken() throws(AWSError) -> Secret? {
        guard deployment.name == .test else { return nil }
        return try SSM(session).getParameter(name: "/ses-mail/test/integration-test-token")?.value
    }

    /// Asks again until there is an answer, or nil once the time is over.
    private func poll<Answer>(
        seconds: Int, _ ask: () throws -> Answer?
    ) throws -> Answer? {
        let patience = Patience(
            seconds: seconds, interval: deployment.isLocal ? 0.2 : 2, sleep: session.pacing.sleep)
        return try patience.wait {
            if let answer = try ask() { return answer }
            guard !interruption.isAsked else {
                throw Failure(.failed, "Stopped by a signal before it was through.")
            }
            return nil
        }
    }

    private func waitForDecision(_ recipient: String) throws -> RoutingLogLine {
        let log = RoutingLog(deployment)
        let decision = try poll(seconds: settings.waits.queueWait) {
            try log.decisions(for: recipient, sinceMilliseconds: sinceMilliseconds).first
        }
        guard let decision else {
            throw Failure(
                .failed,
                "No decision on the mail within \(settings.waits.queueWait) s: it did not come in, "
                    + "or the router failed; see: ses-mail doctor, ses-mail queues status")
        }
        return decision
    }

    private func waitForHandler(
        _ scenario: Scenario, _ messageID: String, _ recipient: String,
        _ result: inout ScenarioResult
    ) throws {
        let effect = scenario.effect(messageID, recipient: recipient, settings)
        let key: Item = ["PK": .string(effect.pk), "SK": .string(effect.sk)]
        let outcome = try poll(seconds: settings.waits.pipelineProcessing) { () -> String? in
            if try deployment.database.getItem(key: key)?["state"]?.string == "done" {
                return scenario == .forward ? "imported" : "bounced"
            }
            // Who is not told leaves no mark in the ledger, but a line and a count.
            return try outcomes(scenario.handler, messageID).contains("suppressed")
                ? "suppressed" : nil
        }
        result.note(
            "\(scenario == .forward ? "gmail" : "bouncer")_queue_received", .bool(outcome != nil))
        guard let outcome else {
            throw Failure(
                .failed,
                "The \(scenario.handler.rawValue) was not through within "
                    + "\(settings.waits.pipelineProcessing) s"
                    + (try lastReason(scenario.handler, messageID).map { ": \($0)" } ?? "")
                    + "; see: ses-mail trace \(messageID)")
        }
        result.note("outcome", .string(outcome))
        guard scenario == .bounce else { return }
        result.note("bounce_sent", .bool(outcome == "bounced"))
        // A sender at a domain of ours has an envelope of SES, which nobody reads: none is due.
        if outcome == "suppressed" {
            result.note(
                "bounce_suppressed_metric",
                .bool(try hasCounted(.bounceSuppressed, scenario.handler)))
        }
    }

    /// What the function came to, each time that it worked on the mail.
    private func outcomes(_ function: FunctionChoice, _ messageID: String) throws(AWSError)
        -> [String]
    {
        try lines(function, messageID).compactMap { $0.text(of: "outcome") }
    }

    /// Why it failed, where it did.
    private func lastReason(_ function: FunctionChoice, _ messageID: String) throws(AWSError)
        -> String?
    {
        try lines(function, messageID).last { $0.text(of: "outcome") == "failed" }?
            .text(of: "reason")
    }

    private func lines(_ function: FunctionChoice, _ messageID: String) throws(AWSError)
        -> [LogLine]
    {
        try MailLog(deployment, sinceMilliseconds: sinceMilliseconds)
            .lines(of: function, about: messageID)
    }

    /// Whether the metric's line is in the log: CloudWatch shows it minutes later.
    private func hasCounted(_ metric: CountedMetric, _ function: FunctionChoice)
        throws(AWSError) -> Bool
    {
        let events = try CloudWatchLogs(session).events(
            in: LogSource.function(function).group(in: deployment), mentioning: metric.rawValue,
            sinceMilliseconds: sinceMilliseconds)
        return (events ?? []).contains { event in
            // A line that is no JSON is Lambda's own.
            let line = try? JSONValue(parsing: Array(event.message.utf8))
            return (line?[metric.rawValue]?.integer ?? 0) > 0
        }
    }

    private func deadLetterCount() throws(AWSError) -> Int {
        let sqs = SQS(session)
        var count = 0
        for choice in QueueChoice.allCases {
            count += try sqs.queue(choice.deadLetterName(in: deployment.name)).total
        }
        return count
    }

    private func checkHealth(before: Int, _ messageID: String, _ result: inout ScenarioResult)
        throws
    {
        let now = try deadLetterCount()
        result.note("dlq_messages", .integer(now))
        if before > 0 { result.note("dlq_messages_before", .integer(before)) }
        var failures = 0
        for function in MailLog.functions {
            failures += try outcomes(function, messageID).count { $0 == "failed" }
        }
        result.note("failed_tries", .integer(failures))
        guard now <= before else {
            throw Failure(
                .failed, "\(now - before) messages became dead letters; see: ses-mail queues status"
            )
        }
    }

    private func waitForTrace(
        _ scenario: Scenario, _ decision: RoutingLogLine, _ result: inout ScenarioResult
    ) throws {
        guard settings.waits.xrayTrace > 0 else { return }
        let expected = [FunctionChoice.router, scenario.handler].map(\.rawValue)
        let trace = try poll(seconds: settings.waits.xrayTrace) {
            try TraceFinding.find(
                decision.messageID, arrival: decision.timestamp / 1000, session
            ).first { Set($0.parts).isSuperset(of: expected) }
        }
        result.note("xray_trace_found", .bool(trace != nil))
        guard let trace else {
            throw Failure(
                .failed,
                "No trace of both \(expected.joined(separator: " and ")) within "
                    + "\(settings.waits.xrayTrace) s: a sample is traced (xray_sampling_percent), "
                    + "and with Transaction Search a hundredth of that is indexed; set xray_trace "
                    + "to 0 to do without.")
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
