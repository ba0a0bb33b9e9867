/// Does anything ring, and would anybody hear it?
enum AlarmChecks {
    static func group(_ deployment: Deployment) -> CheckGroup {
        CheckGroup(
            title: "Alarms",
            checks: [
                Check(each: "alarms") {
                    findings(try AlarmList(deployment), deployment)
                }
            ])
    }

    static func findings(_ list: AlarmList, _ deployment: Deployment) -> [Check.Finding] {
        guard !list.alarms.isEmpty else {
            return [Check.Finding("alarms", .error("there are none", deployment.applying))]
        }
        let ringing = list.ringing.map { alarm in
            let name = alarm.heading(in: deployment.name)
            return Check.Finding(
                "alarm \(name)",
                .error("fires: \(alarm.reason)", deployment.command("alarms \(name.shellWord)")))
        }
        let count = list.unheard.count == list.alarms.count ? "all" : "\(list.unheard.count)"
        return [
            Check.Finding(
                "alarms",
                .ok(
                    "\(list.alarms.count), \(ringing.isEmpty ? "none" : "\(ringing.count)") ringing"
                ))
        ] + ringing + [
            Check.Finding(
                "alarm topic",
                list.unheard.isEmpty
                    ? .ok("every alarm tells somebody")
                    : .warning("\(count) of them tell nobody", AlarmsCommand.cure))
        ]
    }
}
