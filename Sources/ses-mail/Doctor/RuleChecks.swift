internal import Mail
internal import SMTPCredentials

/// The checks of the rules and the SMTP credentials.
enum RuleChecks {
    static func group(
        _ deployment: Deployment, _ settings: DeploymentSettings, _ rules: Once<StoredRules>
    ) -> CheckGroup {
        CheckGroup(
            title: "Rules and credentials",
            checks: [
                Check(each: "rules") {
                    let rules = try rules.value()
                    let tokens = try TokenSearch(deployment).tokens(of: rules.rules)
                    let lint = RuleLint(
                        rules, junkDelivery: settings.junkDelivery,
                        recipients: try ReceiptRecipients(deployment),
                        token: { tokens[$0] ?? .none })
                    return findings(lint, deployment)
                },
                Check(each: "SMTP credentials") {
                    guard settings.has(.smtp) else { return [] }
                    let credentials = try CredentialTable(deployment).all()
                    return [
                        Check.Finding("SMTP credentials", diagnosis(on: credentials, deployment))
                    ]
                },
            ])
    }

    static func findings(_ lint: RuleLint, _ deployment: Deployment) -> [Check.Finding] {
        let cure = deployment.command("rules lint")
        let global = lint.rules.first { $0.pattern.text == "*" && $0.rule.isEnabled }
        // A missing global rule is a finding of its own here.
        let others = lint.findings.filter { global != nil || $0.pattern != "*" }
        let errors = others.filter { $0.severity == .error }.count
        let warnings = others.filter { $0.severity == .warning }.count
        let counts = [(lint.rules.count, "rule"), (errors, "error"), (warnings, "warning")]
            .map { $0.0 == 0 ? "no \($0.1)s" : $0.0.counted($0.1) }.joined(separator: ", ")
        let rules: Diagnosis =
            errors > 0
            ? .error(counts, cure) : warnings > 0 ? .warning(counts, cure) : .ok(counts)
        return [
            Check.Finding("rules", rules),
            Check.Finding(
                "global rule",
                global.map { .ok("* is for \($0.rule.action.text)") }
                    ?? .warning(
                        "none: mail that no other rule names is bounced, except to role addresses",
                        deployment.command("rules set '*' bounce") + ", or forward or store it")
            ),
        ]
    }

    static func diagnosis(
        on credentials: [CredentialView], _ deployment: Deployment
    ) -> Diagnosis {
        let failed = credentials.filter { view in
            switch view.row.status {
            case .error, .unknown: true
            default: false
            }
        }.map(\.name)
        if let first = failed.first {
            return .error(
                "\(failed.count) of \(credentials.count) in error: "
                    + failed.joined(separator: ", "),
                deployment.command("smtp show \(first.shellWord)"))
        }
        let waiting = credentials.filter { [.pending, .rotate].contains($0.row.status) }.map(\.name)
        if let first = waiting.first {
            return .warning(
                "\(waiting.count) of \(credentials.count) wait for the manager: "
                    + waiting.joined(separator: ", "),
                "look again in a minute, then: "
                    + deployment.command("smtp show \(first.shellWord)"))
        }
        return .ok(credentials.isEmpty ? "none" : "\(credentials.count), none in error")
    }
}
