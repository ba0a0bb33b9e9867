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

    /// Asked only where the active rule set has the name of one that a deployment made for itself.
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
    /// Its records are for `ses-mail dns`; this is what SES has made of them.
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
