internal import AWS
internal import ArgumentParser
internal import JSON

/// Shows the alarms, and which of them fire.
struct AlarmsCommand: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "Show which alarms fire, since when and why.",
        discussion: """
            The exit status is 2 where one fires. With the name of an alarm, with or without the \
            environment at its end, shows what it watches and whom it notifies.
            """)

    @Argument(help: "One alarm.") var name: String?
    @Flag(help: "All alarms of the account and region.") var all = false
    @OptionGroup var watch: WatchOptions
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if all && name != nil { throw ValidationError("--all is for the list.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("asking CloudWatch …")
        let found = try watch.run(deployment, output, renew: options, read: read) { found in
            if name == nil {
                show(found, deployment, output)
            } else if output.format == .text {
                show(found.alarms[0], deployment, output)
            } else {
                output.record(found.alarms[0], CloudWatch.Alarm.columns + CloudWatch.Alarm.measured)
            }
        }
        try Severity.conclude(found.alarms.map { $0.isFiring ? .error : .ok })
    }

    /// All alarms, or the one that is named.
    private func read(_ deployment: Deployment) throws -> AlarmList {
        let found = try AlarmList(deployment, isWhole: all)
        guard !found.alarms.isEmpty || all else {
            try deployment.require(.alarms)
            throw Failure(missing: "alarm of \(deployment.name)", in: deployment)
        }
        return try name.map { AlarmList([try find($0, found, deployment)]) } ?? found
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
        if list.alarms.isEmpty && output.format == .text {
            return output.line("There are no alarms in \(deployment.region).")
        }
        output.list(list.alarms, CloudWatch.Alarm.columns, severity: \.colour)
        guard output.format == .text else { return }
        if let first = list.firing.first {
            let name = first.heading(in: deployment.name).shellWord
            output.line("What to do: \(deployment.command("alarms \(name)"))")
        }
        if !list.silent.isEmpty && !all {
            let words =
                list.silent.count == list.alarms.count
                ? "None of these alarms notifies anyone."
                : "\(list.silent.count) of these alarms notify nobody."
            output.line(
                output.paint("\(words) \(AlarmsCommand.cure)", .warning))
        }
    }

    /// The way to have alarms notify somebody.
    static let cure =
        "Name people in alarm_emails in the environment's terraform.tfvars, then apply."

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
            severities: [nil, alarm.colour])
    }
}

extension CloudWatch.Alarm {
    fileprivate static var columns: Columns<CloudWatch.Alarm> {
        [
            Column("ALARM", "name", \.name), Column("STATE", "state", \.state),
            Column("SINCE", "since") { Clock.text($0.since) },
            // The reason of an alarm that is OK is of no interest.
            Column("REASON", "reason", \.reason) { $0.state == "OK" ? "" : $0.reason },
            .data("description", \.description), .data("actions", \.actions),
        ]
    }

    fileprivate static var measured: Columns<CloudWatch.Alarm> {
        [.data("measure", \.measure), .data("threshold", \.condition)]
    }
}
