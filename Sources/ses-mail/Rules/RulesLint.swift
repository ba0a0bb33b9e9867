internal import AWS
internal import ArgumentParser
internal import Gmail
internal import JSON
internal import Mail

/// Is anything odd about the rules?
struct RulesLint: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look for rules that do not do what they seem to.",
        discussion: "The status is 1 where there is an error or a warning; notes are only told.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let rows = try RuleTable(deployment).all()
        let tokens = try TokenSearch(deployment).tokens(of: rows)
        let findings = RuleLint(rows: rows, token: { tokens[$0] ?? .none }).findings
        if output.isJSON {
            output.json(.array(findings.map(\.json)))
        } else if findings.isEmpty {
            output.line("\(rows.count.counted("rule")), and nothing is odd.")
        } else {
            output.table(
                findings.map { [$0.severity.rawValue, $0.pattern, $0.words] },
                moods: findings.map { $0.severity.mood })
        }
        let count = findings.filter { $0.severity != .note }.count
        if count > 0 { throw ExitCode(Failure.Status.failed.rawValue) }
    }
}

extension RuleLint.Severity {
    fileprivate var mood: Output.Mood {
        switch self {
        case .error: .bad
        case .warning: .odd
        case .note: .quiet
        }
    }
}

/// Which of the rules' mailboxes have a token? Each parameter is read once; what is in it is only
/// looked at, never shown.
struct TokenSearch {
    private let ssm: SSM
    private let parameter: String

    init(_ deployment: Deployment) {
        ssm = SSM(deployment.session)
        parameter = deployment.tokenParameter
    }

    func tokens(of rows: [RuleRow]) throws(AWSError) -> [Mailbox: RuleLint.Token] {
        var tokens: [Mailbox: RuleLint.Token] = [:]
        var hasShared: Bool?
        for row in rows where row.rule.action == .forwardToGmail && row.rule.isEnabled {
            let mailbox = Mailbox(destination: row.rule.target ?? "")
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

    /// Terraform makes the parameter with an empty object in it: that is no token.
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
