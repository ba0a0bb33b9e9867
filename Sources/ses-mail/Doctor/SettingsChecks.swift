/// The check of the settings that the deployment was applied with. It lists the parts that are
/// turned off, which the other checks leave out.
enum SettingsChecks {
    static func group(_ deployment: Deployment) -> CheckGroup {
        CheckGroup(
            title: "Settings",
            checks: [Check(each: "settings") { findings(try deployment.settings(), deployment) }])
    }

    static func findings(
        _ settings: DeploymentSettings, _ deployment: Deployment
    ) -> [Check.Finding] {
        guard settings.isWritten else {
            let words =
                "there is no parameter \(deployment.settingsParameter): every part is looked for"
            return [Check.Finding("settings", .warning(words, deployment.applying))]
        }
        let off = DeploymentPart.allCases.filter { $0.isOnByDefault && !settings.has($0) }
            .map { part in
                Check.Finding(part.rawValue, .note("\(part.switchedOff): \(part.consequence)"))
            }
        let essential: [Check.Finding] =
            settings.hasEssentialAlarmsOnly
            ? [
                Check.Finding(
                    DeploymentPart.alarms.rawValue,
                    .note(#"alarms = "essential": the ten that tell of lost or waiting mail"#))
            ] : []
        let all = off + essential
        return all.isEmpty ? [Check.Finding("settings", .ok("every part is turned on"))] : all
    }
}

extension DeploymentPart {
    /// The consequence of turning the part off.
    fileprivate var consequence: String {
        switch self {
        case .smtp: "nobody sends with an SMTP credential"
        case .tracing: "X-Ray has no traces, and trace and test look for none"
        case .dashboard: "CloudWatch shows no dashboard"
        case .runbooks: "Systems Manager has no runbooks; the command queues redrive does the same"
        case .alarms: "nobody is notified when mail is lost"
        case .digest: "nobody gets a message about what needs a look"
        case .mx: "the records to publish leave out the MX, and mail goes where it went before"
        }
    }
}
