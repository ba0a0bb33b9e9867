internal import Mail

/// The checks of the Gmail tokens.
enum TokenChecks {
    static func group(_ deployment: Deployment, _ rules: Once<StoredRules>) -> CheckGroup {
        CheckGroup(
            title: "Gmail tokens",
            checks: [
                Check(each: "Gmail token") {
                    let survey = try TokenSurvey(deployment, rules: rules)
                    return findings(survey, deployment, now: Clock.epochSeconds())
                }
            ])
    }

    static func findings(
        _ survey: TokenSurvey, _ deployment: Deployment, now: Int
    ) -> [Check.Finding] {
        let hasShared = survey.reports.contains { $0.mailbox == nil }
        let hasNone = survey.reports.allSatisfy { $0.state == .empty }
        let missing: Diagnosis = .error(
            "there is no parameter \(deployment.tokenParameter)", deployment.applying)
        return (hasShared ? [] : [Check.Finding("Gmail token", missing)])
            + survey.reports.map { report in
                Check.Finding(
                    "Gmail token" + (report.mailbox.map { " \($0.address)" } ?? ""),
                    diagnosis(on: report, isOnly: hasNone, deployment, now: now))
            }
            + survey.tokenless.filter(\.isLost).map { target in
                Check.Finding(
                    "Gmail token \(target.mailbox.address)",
                    .error(
                        "there is none that opens it: its mail cannot be imported",
                        deployment.consent(for: target.mailbox)))
            }
    }

    private static func diagnosis(
        on report: TokenReport, isOnly: Bool, _ deployment: Deployment, now: Int
    ) -> Diagnosis {
        switch report.state {
        case .working:
            let days = max(0, now - report.entry.modifiedAt) / 86_400
            let age = days == 0 ? "today" : days == 1 ? "a day ago" : "\(days) days ago"
            return .ok("Google takes it; version \(report.entry.version), written \(age)")
        case .empty:
            let words = "\(report.entry.name) is as Terraform made it, without a token"
            return isOnly
                ? .warning(
                    words,
                    deployment.command("gmail authorize") + ", or: "
                        + deployment.command("gmail put token.json"))
                : .note("\(words): it serves no mailbox that lacks its own")
        case .broken(let reason):
            return .error("does not work", reason)
        }
    }
}
