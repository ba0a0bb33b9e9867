/// The comparison of the receipt rule with the one that Terraform makes.
struct ReceiptDiagnosis {
    let deployment: Deployment
    let account: String

    private var ownRuleSet: String { deployment.ruleSetName }
    private var applying: String { deployment.applying }

    /// - Parameters:
    ///   - active: the name of the rule set that is active.
    ///   - rule: ours in it.
    func diagnosis(active: String?, rule: SESService.ReceiptRule?) -> Diagnosis {
        guard let active else {
            return .error(
                "none is active: SES refuses all mail",
                deployment.aws("ses set-active-receipt-rule-set --rule-set-name \(ownRuleSet)"))
        }
        if rule != nil {
            return .ok(active == ownRuleSet ? active : "\(active), which has our rule in it")
        }
        return active == ownRuleSet
            ? .error("\(active) has no rule \(deployment.receiptRuleName)", applying)
            : .error(
                "\(active) is active, and has no rule of ours: our mail is refused",
                "set join_existing_ruleset = \"\(active)\" in the environment's terraform.tfvars, "
                    + "then: \(applying)")
    }

    func diagnosis(on rule: SESService.ReceiptRule) -> Diagnosis {
        var wrong: [String] = []
        if !rule.isEnabled { wrong.append("it is disabled") }
        if !rule.isScanning { wrong.append("it does not scan for spam and viruses") }
        if rule.bucket != deployment.bucketName(account: account) {
            wrong.append(
                rule.bucket.isEmpty ? "it stores nothing" : "it stores into \(rule.bucket)")
        } else if rule.prefix != StoredMail.prefix {
            wrong.append(
                "it stores under \"\(rule.prefix)\", not under \"\(StoredMail.prefix)\"")
        }
        if rule.topic != deployment.topicArn(account: account) {
            wrong.append(rule.topic.isEmpty ? "it notifies no topic" : "it notifies \(rule.topic)")
        }
        if rule.recipients.isEmpty { wrong.append("it takes mail for every verified domain") }
        return wrong.isEmpty
            ? .ok(
                "takes mail for \(rule.recipients.sorted().joined(separator: ", ")), and scans it")
            : .error(wrong.joined(separator: "; "), applying)
    }
}
