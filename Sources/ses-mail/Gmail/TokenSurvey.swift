internal import AWS
internal import Mail

/// The state of every token, and the mailboxes of the rules that have none.
struct TokenSurvey {
    /// The shared token first.
    let reports: [TokenReport]
    /// Those that rules forward to, and that have no token of their own.
    let tokenless: [TokenlessTarget]

    /// Asks Google about each token.
    /// - Parameters:
    ///   - mailbox: for it alone, what its forwarder would take.
    ///   - rules: all of them, where they are read elsewhere too.
    init(
        _ deployment: Deployment, mailbox: Mailbox? = nil, rules: Once<[RuleRow]>? = nil
    ) throws {
        let entries = try Self.entries(deployment, mailbox)
        let shared = deployment.tokenParameter
        guard !entries.isEmpty else {
            throw Failure(missing: "parameter \(shared)", in: deployment)
        }
        let access = try GoogleAccess(deployment)
        let reports = try entries.map { try TokenReport($0, access, deployment) }
        self.reports = reports
        let rules = rules ?? Once { try RuleTable(deployment).all() }
        let targets = mailbox == nil ? Self.targets(of: try rules.value()) : []
        tokenless = targets.compactMap { TokenlessTarget($0, among: reports, deployment) }
    }

    private static func entries(
        _ deployment: Deployment, _ mailbox: Mailbox?
    ) throws(AWSError) -> [ParameterService.Entry] {
        let parameters = ParameterService(deployment.session)
        let shared = deployment.tokenParameter
        if let mailbox {
            let own = TokenPlace(deployment, mailbox: mailbox).parameter
            if let entry = try parameters.entry(own) { return [entry] }
            return [try parameters.entry(shared)].compactMap { $0 }
        }
        return try [parameters.entry(shared)].compactMap { $0 } + parameters.entries(below: shared)
    }

    /// Where enabled rules forward to, each mailbox once.
    private static func targets(of rules: [RuleRow]) -> [Mailbox] {
        var targets: [Mailbox] = []
        for row in rules
        where row.rule.action == .forwardToGmail && row.rule.isEnabled {
            for target in row.rule.mailboxes where !targets.contains(target) {
                targets.append(target)
            }
        }
        return targets
    }
}
