internal import AWS
internal import HTTP

/// The checks of the way in: SES takes the mail and hands it on.
struct MailInChecks {
    private let deployment: Deployment
    private let settings: DeploymentSettings
    private let account: String

    init(_ deployment: Deployment, _ settings: DeploymentSettings, account: String) {
        self.deployment = deployment
        self.settings = settings
        self.account = account
    }

    var group: CheckGroup {
        CheckGroup(title: "Mail in", checks: [Check(each: "receipt rule set") { try findings() }])
    }

    /// Whether terraform/account owns the active rule set. Looked up only if its name is that of a
    /// deployment's own one.
    private func isOwnedByAccount(_ active: String?) -> Bool {
        guard active == deployment.olderRuleSetName else { return true }
        do {
            let parameters = SSM(deployment.session)
            return try parameters.entry(ReceiptDiagnosis.accountParameter) != nil
        } catch {
            return true  // an operator who may not read the parameter is not warned
        }
    }

    /// The rule set, the rule, and each domain that it takes mail for.
    private func findings() throws(AWSError) -> [Check.Finding] {
        let active = try SES(deployment.session).activeRuleSet()
        let rule = active?.rules.first { $0.name == deployment.receiptRuleName }
        let wanted = ReceiptDiagnosis(
            deployment: deployment, account: account,
            bucket: deployment.bucketName(settings, account: account))
        var findings = [
            Check.Finding(
                "receipt rule set",
                wanted.diagnosis(
                    active: active?.name, rule: rule,
                    isOwnedByAccount: isOwnedByAccount(active?.name)))
        ]
        guard let rule else { return findings }
        findings.append(Check.Finding("receipt rule", wanted.diagnosis(on: rule)))
        for domain in rule.domains {
            let diagnosis: Diagnosis
            do {
                diagnosis =
                    try SESv2(deployment.session).identity(domain).map {
                        IdentityStanding(domain: domain, identity: $0, deployment: deployment)
                            .diagnosis
                    } ?? .error("SES does not know it: its mail is refused", deployment.applying)
            } catch {
                diagnosis = Check.unanswered(error, in: deployment)
            }
            findings.append(Check.Finding("domain \(domain)", diagnosis))
        }
        return findings
    }
}

extension SES.ReceiptRule {
    /// A recipient is a domain, `.domain` for what is below it, or an address.
    var domains: [String] {
        recipients.map { String($0.split(separator: "@").last ?? "").trimmingDot }
            .uniqued.sorted()
    }
}

extension IdentityStanding {
    /// SES's opinion of the domain. The records themselves are the subject of `ses-mail dns check`.
    var diagnosis: Diagnosis {
        let checking = "; check the records with: \(deployment.command("dns check"))"
        if let cure = verification.cure {
            return .error(
                "not verified: SES takes no mail for it and sends none from it", cure + checking)
        }
        let wrong = [signing, mailFrom()].filter { $0.cure != nil }
        return wrong.isEmpty
            ? .ok("verified, signed, MAIL FROM \(identity.mailFromDomain)")
            : .error(
                wrong.map { "\($0.subject) is \($0.status)" }.joined(separator: "; "),
                wrong.compactMap(\.cure).uniqued.joined(separator: "; ") + checking)
    }
}

extension String {
    fileprivate var trimmingDot: String { hasPrefix(".") ? String(dropFirst()) : self }
}

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
