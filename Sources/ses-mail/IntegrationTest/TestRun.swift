internal import AWS
internal import HTTP
internal import JSON
internal import Mail
internal import Process

/// A mail for each scenario, sent through the whole system. Every wait is bounded, findings on the
/// way are noted, and the first step that fails ends the scenario.
struct TestRun {
    let deployment: Deployment
    let settings: TestSettings
    let isCleaningUp: Bool
    /// Shows the step that begins.
    let say: (String) -> Void
    /// Epoch seconds.
    let startedAt: Int
    /// The part of an address that distinguishes this run's recipients from another's.
    let tag: String
    let interruption: Interruption

    var session: AWSSession { deployment.session }
    var range: TimeRange { TimeRange(since: startedAt - 60) }

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
        say("Step 1: making the rule \(recipient)")
        let rule = try TestRule(scenario, for: recipient, settings, RuleTable(deployment))
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
                "The router decided \(action) instead of \(scenario.action). See: "
                    + deployment.command("trace \(decision.messageID)"))
        }
        say("Step 4: waiting for the \(scenario.handler.rawValue)")
        try waitForHandler(scenario, decision.messageID, recipient, &result)
        say("Step 5: looking for the mail in the dead-letter queues and the functions' logs")
        try checkHealth(decision.messageID, &result)
        say("Step 6: looking for the trace")
        try waitForTrace(scenario, decision, &result)
        if scenario == .bounce, isCleaningUp {
            try deleteMail(decision.messageID)
        }
    }

    /// The token of the test environment; nil in others, and where there is none.
    private func testToken() throws(AWSError) -> Secret? {
        guard deployment.name == .test else { return nil }
        return try SSM(session).getParameter(name: "/ses-mail/test/integration-test-token")?.value
    }

    /// Asks again until there is an answer, or nil once the time is over.
    func poll<Answer>(
        seconds: Int, _ ask: () throws -> Answer?
    ) throws -> Answer? {
        let patience = Patience(
            seconds: seconds, interval: deployment.isLocal ? 0.2 : 2, sleep: session.pacing.sleep)
        return try patience.wait {
            if let answer = try ask() { return answer }
            guard !interruption.isAsked else {
                throw Failure(.failed, "Stopped by a signal before the end.")
            }
            return nil
        }
    }

    private func waitForDecision(_ recipient: String) throws -> RoutingLogLine {
        let log = RoutingLog(deployment)
        let decision = try poll(seconds: settings.waits.queueWait) {
            try log.decisions(for: recipient, mentioning: tag, in: range).first
        }
        guard let decision else {
            throw Failure(
                .failed,
                "No decision on the mail within \(settings.waits.queueWait) s: it did not arrive, "
                    + "or the router failed. Check with: \(deployment.command("doctor")), and: "
                    + deployment.command("queues status"))
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
            // A suppressed bounce leaves no row in the ledger, but a line and a count in the log.
            return try isSuppressed(scenario, messageID) ? "suppressed" : nil
        }
        result.note(
            "\(scenario == .forward ? "gmail" : "bouncer")_queue_received", .bool(outcome != nil))
        guard let outcome else {
            throw Failure(
                .failed,
                "The \(scenario.handler.rawValue) did not finish within "
                    + "\(settings.waits.pipelineProcessing) s"
                    + (try lastReason(scenario.handler, messageID).map { ": \($0)" } ?? "")
                    + ". See: " + deployment.command("trace \(messageID)"))
        }
        result.note("outcome", .string(outcome))
        guard scenario == .bounce else { return }
        result.note("bounce_sent", .bool(outcome == "bounced"))
        if outcome == "suppressed" { result.note("bounce_suppressed_metric", true) }
    }
}

/// A wait for an event: it asks again until the time is over, however long each answer takes.
struct Patience {
    let seconds: Int
    /// The pause between an answer and the next question.
    let interval: Double
    let sleep: (Double) -> Void
    var now: () -> Double = Clock.monotonicSeconds

    /// Asks at least once; nil after the time is over.
    func wait<Answer>(_ ask: () throws -> Answer?) rethrows -> Answer? {
        let end = now() + Double(seconds)
        while true {
            if let answer = try ask() { return answer }
            let secondsLeft = end - now()
            guard secondsLeft > 0 else { return nil }
            sleep(min(interval, secondsLeft))
        }
    }
}
