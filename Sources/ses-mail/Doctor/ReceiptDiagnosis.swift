/// The comparison of the receipt rule with the one that Terraform makes.
struct ReceiptDiagnosis {
    let deployment: Deployment
    let account: String
    /// The bucket that the rule should store into.
    let bucket: String

    /// The parameter in which terraform/account names the receipt rule set that it owns.
    static let accountParameter = "/ses-mail/account/receipt-rule-set"

    private var applying: String { deployment.applying }

    /// - Parameters:
    ///   - active: the name of the rule set that is active.
    ///   - rule: ours in it.
    ///   - isOwnedByAccount: whether terraform/account has been applied.
    func diagnosis(
        active: String?, rule: SES.ReceiptRule?, isOwnedByAccount: Bool = true
    ) -> Diagnosis {
        guard let active else {
            return .error("none is active: SES refuses all mail", "make account")
        }
        if rule != nil {
            guard isOwnedByAccount || active != deployment.olderRuleSetName else {
                return .warning(
                    "\(active) is owned by this deployment: destroying it would end all receiving",
                    "make account TAKE_OVER=\(active); \(naming(active))")
            }
            return .ok(active == "ses-mail" ? active : "\(active), which has our rule in it")
        }
        return active == "ses-mail"
            ? .error("\(active) has no rule \(deployment.receiptRuleName)", applying)
            : .error(
                "\(active) is active, and has no rule of ours: our mail is refused",
                naming(active))
    }

    private func naming(_ ruleSet: String) -> String {
        "write receipt_rule_set = \"\(ruleSet)\" into terraform/environments/"
            + "\(deployment.name)/terraform.tfvars, then: \(applying)"
    }

    func diagnosis(on rule: SES.ReceiptRule) -> Diagnosis {
        var wrong: [String] = []
        if !rule.isEnabled { wrong.append("it is disabled") }
        if !rule.isScanning { wrong.append("it does not scan for spam and viruses") }
        if rule.bucket != bucket {
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
