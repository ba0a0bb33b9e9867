internal import AWS
internal import Gmail
internal import Mail

/// The state of every token, and the mailboxes of the rules that have none.
struct TokenSurvey {
    /// The shared token first.
    let reports: [TokenReport]
    /// The targets of rules that have no token of their own.
    let tokenless: [TokenlessTarget]

    /// Asks Google about each token.
    /// - Parameters:
    ///   - mailbox: for it alone, the token that the forwarder would use.
    ///   - rules: all rules, where they are read elsewhere too.
    init(
        _ deployment: Deployment, mailbox: Mailbox? = nil, rules: Once<StoredRules>? = nil
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
        let targets = mailbox == nil ? Self.targets(of: try rules.value().rules) : []
        tokenless = targets.compactMap { TokenlessTarget($0, among: reports, deployment) }
    }

    private static func entries(
        _ deployment: Deployment, _ mailbox: Mailbox?
    ) throws(AWSError) -> [SSM.Entry] {
        let parameters = SSM(deployment.session)
        let shared = deployment.tokenParameter
        if let mailbox {
            let own = TokenPlace(deployment, mailbox: mailbox).parameter
            if let entry = try parameters.entry(own) { return [entry] }
            return [try parameters.entry(shared)].compactMap { $0 }
        }
        return try [parameters.entry(shared)].compactMap { $0 } + parameters.entries(below: shared)
    }

    /// The mailboxes that enabled rules forward to, each once.
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

/// A rule's target that has no token of its own, and the fate of its mail. The shared token belongs
/// to one account, and Google accepts it for that account only.
struct TokenlessTarget {
    let mailbox: Mailbox
    /// Whether its mail certainly cannot be imported.
    let isLost: Bool
    let words: String

    var severity: Severity { isLost ? .error : .note }

    /// nil where the target has a token.
    init?(_ target: Mailbox, among reports: [TokenReport], _ deployment: Deployment) {
        let shared = reports.first { $0.mailbox == nil && $0.state != .empty }
        let owner = shared?.account.map { Mailbox(destination: $0) }
        if owner == target || reports.contains(where: { $0.mailbox == target }) { return nil }
        mailbox = target
        isLost = shared == nil || owner != nil
        let cure = "Consent with: \(deployment.consent(for: target))"
        if let owner {
            words =
                "has no token of its own, and the shared one belongs to \(owner.address). "
                + "\(cure)"
        } else if isLost {
            words = "has no token, so its mail cannot be imported. \(cure)"
        } else {
            words = "has no token of its own; the shared token must be that account's"
        }
    }
}

/// The search for the tokens of the rules' mailboxes. Each parameter is read once, and its value is
/// never shown.
struct TokenSearch {
    private let ssm: SSM
    private let parameter: String

    init(_ deployment: Deployment) {
        ssm = SSM(deployment.session)
        parameter = deployment.tokenParameter
    }

    /// The tokens of the mailboxes that enabled rules forward to.
    func tokens(of rows: [RuleRow]) throws(AWSError) -> [Mailbox: RuleLint.Token] {
        try tokens(
            of: rows.filter { $0.rule.action == .forwardToGmail && $0.rule.isEnabled }
                .flatMap(\.rule.mailboxes))
    }

    func tokens(of mailboxes: [Mailbox]) throws(AWSError) -> [Mailbox: RuleLint.Token] {
        var tokens: [Mailbox: RuleLint.Token] = [:]
        var hasShared: Bool?
        for mailbox in mailboxes {
            guard !mailbox.address.isEmpty, tokens[mailbox] == nil else { continue }
            if try holdsToken("\(parameter)/\(mailbox.parameterSuffix)") {
                tokens[mailbox] = .own
                continue
            }
            if hasShared == nil { hasShared = try holdsToken(parameter) }
            tokens[mailbox] = hasShared == true ? .shared : RuleLint.Token.none
        }
        return tokens
    }

    /// Whether the parameter holds a token: Terraform makes it with an empty object in it.
    private func holdsToken(_ name: String) throws(AWSError) -> Bool {
        guard let value = try ssm.getParameter(name: name)?.value else { return false }
        do {
            _ = try OAuthToken(value)
            return true
        } catch {
            return false
        }
    }
}
