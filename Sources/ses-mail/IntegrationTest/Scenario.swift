internal import Mail

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

    /// The recipient's local part, without the tag that keeps two runs apart.
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

    func content(_ settings: TestSettings) -> RuleContent {
        RuleContent(
            action: action, target: self == .forward ? settings.gmailTarget : "", isEnabled: true,
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
