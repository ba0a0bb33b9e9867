internal import AWS
internal import Gmail
internal import Mail

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
