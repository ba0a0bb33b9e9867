internal import AWS
internal import Gmail
internal import Mail

/// The search for the tokens of the rules' mailboxes. Each parameter is read once, and what is in
/// it is never shown.
struct TokenSearch {
    private let ssm: SSM
    private let parameter: String

    init(_ deployment: Deployment) {
        ssm = SSM(deployment.session)
        parameter = deployment.tokenParameter
    }

    /// Of the mailboxes that enabled rules forward to.
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
