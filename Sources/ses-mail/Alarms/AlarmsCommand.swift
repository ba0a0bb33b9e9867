internal import ArgumentParser
internal import JSON

/// The alarms, and which of them fire.
struct AlarmsCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "Show which alarms fire, since when and why.",
        discussion: """
            The exit status is 2 where one fires. With a name, with or without the environment at \
            its end, what it watches and who is notified.
            """)

    @Argument(help: "One alarm.") var name: String?
    @Flag(help: "All alarms of the account and region.") var all = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if all && name != nil { throw ValidationError("--all is for the list.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("asking CloudWatch …")
        let list = try AlarmList(deployment, isWhole: all)
        guard !list.alarms.isEmpty || all else {
            try deployment.require(.alarms)
            throw Failure(missing: "alarm of \(deployment.name)", in: deployment)
        }
        let shown = try name.map { [try find($0, list, deployment)] } ?? list.alarms
        if output.isJSON {
            output.json(name == nil ? .array(shown.map(\.summary)) : shown[0].detail)
        } else if name != nil {
            show(shown[0], deployment, output)
        } else {
            show(list, deployment, output)
        }
        try Severity.conclude(shown.map { $0.isRinging ? .error : .ok })
    }

    private func find(_ name: String, _ list: AlarmList, _ deployment: Deployment) throws
        -> CloudWatch.Alarm
    {
        let names = [name, "\(name)-\(deployment.name)"]
        guard let alarm = list.alarms.first(where: { names.contains($0.name) }) else {
            throw Failure(
                .notFound,
                "There is no alarm \(name) in \(deployment). See which there are with: "
                    + deployment.command("alarms"))
        }
        return alarm
    }

    private func show(_ list: AlarmList, _ deployment: Deployment, _ output: Output) {
        guard !list.alarms.isEmpty else {
            return output.line("There are no alarms in \(deployment.region).")
        }
        output.table(
            [["ALARM", "STATE", "SINCE", "REASON"]]
                + list.alarms.map { alarm in
                    [
                        alarm.name, alarm.state, Clock.text(alarm.since),
                        // Why all is well is a sentence that nobody reads.
                        alarm.state == "OK" ? "" : alarm.reason,
                    ]
                }, moods: [.quiet] + list.alarms.map(\.mood))
        if let first = list.ringing.first {
            let name = first.heading(in: deployment.name).shellWord
            output.line("What to do: \(deployment.command("alarms \(name)"))")
        }
        if !list.unheard.isEmpty && !all {
            let words =
                list.unheard.count == list.alarms.count
                ? "None of these alarms notifies anyone."
                : "\(list.unheard.count) of these alarms notify nobody."
            output.line(
                output.paint("\(words) \(AlarmsCommand.cure)", .odd))
        }
    }

    /// How an alarm is made to tell somebody.
    static let cure =
        "Set alarm_sns_topic_arn in the environment's terraform.tfvars, then apply."

    private func show(
        _ alarm: CloudWatch.Alarm, _ deployment: Deployment, _ output: Output
    ) {
        let told = alarm.actions.isEmpty ? ["nobody. \(AlarmsCommand.cure)"] : alarm.actions
        let rows = [
            ["alarm", alarm.name], ["state", "\(alarm.state) since \(Clock.text(alarm.since))"],
            ["reason", alarm.reason], ["meaning", alarm.description],
            ["watches", alarm.measure], ["threshold", alarm.condition],
        ]
        output.table(
            rows + told.map { ["notifies", $0] }
                + [["what to do", "OPERATIONS.md, \"\(alarm.heading(in: deployment.name))\""]],
            moods: [nil, alarm.mood])
    }
}
