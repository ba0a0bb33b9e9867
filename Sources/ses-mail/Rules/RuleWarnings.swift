internal import AWS
internal import Mail

/// What keeps a rule from doing what it says: its domain's mail does not come, or its target has no
/// token. Both are the usual slips of a finger.
struct RuleWarnings {
    private let deployment: Deployment
    private let recipients: Once<ReceiptRecipients?>

    init(_ deployment: Deployment) {
        self.deployment = deployment
        recipients = Once { try ReceiptRecipients(deployment) }
    }

    /// A sentence each. What cannot be looked at is said too, and is no reason not to write a rule.
    func sentences(on rules: [(pattern: RulePattern, content: RuleContent)]) -> [String] {
        let rules = rules.filter(\.content.isEnabled)
        do {
            return try rules.compactMap { try domainWarning($0.pattern) }.uniqued
                + tokenWarnings(rules.map(\.content))
        } catch {
            let reason = Failure(any: error, in: deployment).sentence
            return ["Not checked whether mail comes for it and can be delivered: \(reason)"]
        }
    }

    private func domainWarning(_ pattern: RulePattern) throws -> String? {
        // Of `*` nothing has to be known.
        guard pattern.text != "*", let recipients = try recipients.value(),
            !recipients.take(pattern)
        else { return nil }
        return "SES takes no mail for \(pattern): the receipt rule has "
            + recipients.conditions.joined(separator: ", ")
    }

    private func tokenWarnings(_ contents: [RuleContent]) throws -> [String] {
        let targets = contents.filter { $0.action == RuleAction.forward.attribute }
            .map { Mailbox(destination: $0.target) }
        let tokens = try TokenSearch(deployment).tokens(of: targets)
        return targets.filter { tokens[$0] == RuleLint.Token.none }.map(\.address).uniqued.map {
            "\($0) has no Gmail token: its mail cannot be imported. Consent with: "
                + deployment.consent(for: Mailbox(destination: $0))
        }
    }
}
