internal import AWS

/// The state of the account, as far as a first deployment depends on it.
struct InitAccount {
    private let deployment: Deployment
    private let settings: OwnerSettings

    init(_ deployment: Deployment, _ settings: OwnerSettings) {
        self.deployment = deployment
        self.settings = settings
    }

    func findings(_ caller: STS.Caller) throws(AWSError) -> [Check.Finding] {
        let active = try SES(deployment.session).activeRuleSet()?.name
        let sending = try SESv2(deployment.session).sending()
        return [
            Check.Finding("credentials", .ok("account \(caller.account), as \(caller.arn)")),
            Check.Finding("region", ReceivingRegion.diagnosis(on: deployment.region)),
            Check.Finding("receipt rule set", diagnosis(active: active)),
            Check.Finding("sending", sending.diagnosis(for: deployment)),
        ]
    }

    /// An account and region have one active set. One of others is never replaced silently.
    private func diagnosis(active: String?) -> Diagnosis {
        guard let active else {
            return .warning("none is active yet, so SES refuses all mail", "make account")
        }
        if active == ruleSet { return .ok("\(active) is active") }
        let taking =
            "take it over as it is: make account TAKE_OVER=\(active.shellWord), with "
            + "receipt_rule_set = \(HCLValue.text(active).text) in \(settings.path)"
        if active == deployment.olderRuleSetName {
            return .warning("\(active) is active, an older deployment's own", taking)
        }
        return .warning(
            "\(active) is active, and belongs to others",
            "either add the rule to it: receipt_rule_set = \(HCLValue.text(active).text) in "
                + "\(settings.path), and manage_receipt_rules = false in the account's "
                + "(terraform/account); or \(taking)")
    }

    /// The set that Terraform adds the rule to.
    private var ruleSet: String {
        if case .text(let name)? = settings["receipt_rule_set"] { name } else { "ses-mail" }
    }
}
