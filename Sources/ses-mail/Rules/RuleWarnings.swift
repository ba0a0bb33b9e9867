internal import AWS
internal import Mail
internal import Text

/// The warnings about a new rule that cannot do what it says, because SES takes no mail for its
/// domain or its target has no token. Both are usually typing errors.
struct RuleWarnings {
    private let deployment: Deployment
    private let recipients: Once<ReceiptRecipients?>

    init(_ deployment: Deployment) {
        self.deployment = deployment
        recipients = Once { try ReceiptRecipients(deployment) }
    }

    /// A sentence for each. Where this cannot be checked, a sentence says so; the rule is written
    /// all the same.
    func sentences(on entries: [RuleEntry]) -> [String] {
        var rules: [(pattern: RulePattern, rule: RoutingRule)] = []
        for case .rule(let pattern, let rule) in entries where rule.isEnabled {
            rules.append((pattern, rule))
        }
        let ended = rules.compactMap { endWarning($0.pattern, $0.rule) }
        do {
            return try ended + rules.compactMap { try domainWarning($0.pattern) }.uniqued
                + tokenWarnings(rules.map(\.rule))
        } catch {
            let reason = Failure(any: error, in: deployment).sentence
            return ended + [
                "Not checked whether SES takes mail for it, and whether it can be delivered: "
                    + "\(reason)"
            ]
        }
    }

    private func endWarning(_ pattern: RulePattern, _ rule: RoutingRule) -> String? {
        guard let end = rule.end, end.isReached(at: Clock.now()) else { return nil }
        return "The rule for \(pattern) has ended already: its mail is \(end.then.done)."
    }

    private func domainWarning(_ pattern: RulePattern) throws -> String? {
        // `*` is for every domain.
        guard pattern.text != "*", let recipients = try recipients.value(),
            !recipients.take(pattern)
        else { return nil }
        return "SES takes no mail for \(pattern): the receipt rule has "
            + recipients.conditions.joined(separator: ", ")
    }

    private func tokenWarnings(_ rules: [RoutingRule]) throws -> [String] {
        let targets = rules.flatMap(\.mailboxes)
        let tokens = try TokenSearch(deployment).tokens(of: targets)
        return targets.filter { tokens[$0] == RuleLint.Token.none }.map(\.address).uniqued.map {
            "\($0) has no Gmail token: its mail cannot be imported. Consent with: "
                + deployment.consent(for: Mailbox(destination: $0))
        }
    }
}

/// The recipients whose mail the deployment's receipt rule takes
/// (https://docs.aws.amazon.com/ses/latest/APIReference/API_ReceiptRule.html).
struct ReceiptRecipients: Equatable {
    /// A domain, `.domain` for all below it, or an address. None at all is every verified domain.
    let conditions: [String]

    init(_ conditions: [String]) {
        self.conditions = conditions.map(\.asciiLowercased)
    }

    /// nil where no active rule set has our rule: then no mail reaches any rule, which `doctor`
    /// reports.
    init?(_ deployment: Deployment) throws(AWSError) {
        let rules = try SES(deployment.session).activeRuleSet()?.rules
        guard let rule = rules?.first(where: { $0.name == deployment.receiptRuleName }) else {
            return nil
        }
        self.init(rule.recipients)
    }

    /// Whether SES takes mail for an address of this pattern.
    func take(_ pattern: RulePattern) -> Bool {
        let text = pattern.text.asciiLowercased
        guard !conditions.isEmpty, let at = text.lastIndex(of: "@") else { return true }
        let domain = String(text[text.index(after: at)...])
        let isWhole = pattern.isWildcard
        return conditions.contains { condition in
            guard let split = condition.lastIndex(of: "@") else {
                return condition == domain
                    || condition.hasPrefix(".") && domain.hasSuffix(condition)
            }
            if isWhole { return condition[condition.index(after: split)...] == domain }
            // A condition without a label takes the address with any.
            return condition == text || condition == EmailAddress(text)?.withoutTag?.text
        }
    }
}
