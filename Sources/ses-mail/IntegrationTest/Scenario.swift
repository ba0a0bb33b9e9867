internal import HTTP
internal import Mail
internal import Text

/// One mail of the test: the rule that decides on it, and the effect that proves it.
enum Scenario: CaseIterable {
    case forward
    case bounce

    var name: String {
        switch self {
        case .forward: "Forward to Gmail"
        case .bounce: "Bounce Email"
        }
    }

    /// The recipient's local part, without the tag that distinguishes two runs.
    var localPart: String {
        switch self {
        case .forward: "test-forward"
        case .bounce: "test-bounce"
        }
    }

    var action: String {
        switch self {
        case .forward: "forward-to-gmail"
        case .bounce: "bounce"
        }
    }

    var handler: FunctionChoice {
        switch self {
        case .forward: .forwarder
        case .bounce: .bouncer
        }
    }

    func rule(for pattern: RulePattern, _ settings: TestSettings) -> RoutingRule {
        RoutingRule(
            pk: pattern.pk, action: RoutingRule.Action(action),
            target: self == .forward ? settings.gmailTarget : nil,
            description: "ses-mail test; deleted when it is over")
    }

    /// The handler's mark in the ledger.
    func effect(_ messageID: String, recipient: String, _ settings: TestSettings) -> LedgerKey {
        switch self {
        case .forward:
            .gmail(
                originalMessageId: messageID, mailbox: Mailbox(destination: settings.gmailTarget))
        case .bounce: .bounce(originalMessageId: messageID, recipient: recipient)
        }
    }
}

/// The small mail that is sent, which describes itself.
struct ScenarioMail {
    let from: String
    let to: String
    let name: String
    /// The token with which the router ignores the verdicts, in the test environment only.
    let token: Secret?

    func bytes(epochSeconds: Int) -> [UInt8] {
        var fields = [
            "From: <\(from)>", "To: <\(to)>", "Subject: ses-mail integration test: \(name)",
            "Date: \(UTCTime(epochSeconds: epochSeconds).rfc5322)", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
        ]
        if let token { fields.append("X-Integration-Test-Token: \(token.value)") }
        let text = "This mail was sent by ses-mail test at \(Clock.text(epochSeconds))."
        return Array((fields + ["", text, ""]).joined(separator: "\r\n").utf8)
    }
}
