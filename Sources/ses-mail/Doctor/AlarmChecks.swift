/// The alarms that fire, and whether anybody is notified.
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
        let isAll = list.unheard.count == list.alarms.count
        return [
            Check.Finding(
                "alarms",
                .ok(
                    "\(list.alarms.count), \(ringing.isEmpty ? "none" : "\(ringing.count)") firing"
                ))
        ] + ringing + [
            Check.Finding(
                "alarm topic",
                list.unheard.isEmpty
                    ? .ok("every alarm notifies somebody")
                    : .warning(
                        isAll
                            ? "no alarm notifies anyone"
                            : "\(list.unheard.count) of them notify nobody", AlarmsCommand.cure))
        ]
    }
}
