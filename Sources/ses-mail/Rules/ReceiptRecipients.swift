internal import AWS
internal import Mail
internal import Text

/// The recipients whose mail the deployment's receipt rule takes
/// (https://docs.aws.amazon.com/ses/latest/APIReference/API_ReceiptRule.html).
struct ReceiptRecipients: Equatable {
    /// A domain, `.domain` for all below it, or an address. None at all is every verified domain.
    let conditions: [String]

    init(_ conditions: [String]) {
        self.conditions = conditions.map(\.asciiLowercased)
    }

    /// nil where no active rule set has our rule: then no rule of ours sees any mail, which is
    /// `doctor`'s to say.
    init?(_ deployment: Deployment) throws(AWSError) {
        let rules = try SESService(deployment.session).activeRuleSet()?.rules
        guard let rule = rules?.first(where: { $0.name == deployment.receiptRuleName }) else {
            return nil
        }
        self.init(rule.recipients)
    }

    /// Whether mail to an address of this pattern can come.
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
