internal import ArgumentParser
internal import JSON

/// How many mails came, and what became of them?
struct MetricsCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show what the functions have counted.",
        discussion: """
            Without a name the sum of every metric over the whole time; with names their sums \
            period by period. What each counts is in OPERATIONS.md, under "Metrics".
            """)

    @Argument(help: "EmailsAccepted, …; those that there are stand in the list without a name.")
    var names: [CountedMetric] = []
    @Option(help: "How far back (1h): \(Since.helpText)") var since: Since?
    @Option(help: "For how long is one sum (5m): 1m, 5m, 1h, 1d.") var period: Period?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard period == nil || !names.isEmpty else {
            throw ValidationError("--period goes with names: without them one sum is over all.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let now = Clock.epochSeconds()
        let start = since?.epochSeconds ?? now - 3600
        let shortest = Period.shortest(spanSeconds: now - start)
        let chosen = names.isEmpty ? CountedMetric.allCases : names
        // One sum over all is out of short periods, as long as those are few.
        let usual = Period(seconds: !names.isEmpty ? 300 : now - start > 86_400 ? 3600 : 60)
        let period = self.period ?? Period(seconds: max(usual.seconds, shortest.seconds))
        guard period.seconds % shortest.seconds == 0 else {
            throw Failure(
                .usage,
                "CloudWatch keeps no such short periods so far back: use --period "
                    + "\(shortest.seconds / 60)m or a multiple of it.")
        }
        let found = try CloudWatch(deployment.session).sums(
            of: chosen.map(\.rawValue), in: deployment.metricNamespace,
            from: start - start % period.seconds,
            // The minute that goes on too.
            to: now - now % 60 + 60, periodSeconds: period.seconds)
        let sums = MetricSums(names: chosen, points: found)
        if names.isEmpty { sums.showTotals(output) } else { sums.showPeriods(output) }
    }
}

/// What was counted, by metric and period?
struct MetricSums {
    let names: [CountedMetric]
    let points: [String: [CloudWatch.Point]]

    func total(_ name: CountedMetric) -> Double {
        (points[name.rawValue] ?? []).reduce(0) { $0 + $1.sum }
    }

    func showTotals(_ output: Output) {
        if output.isJSON {
            return output.json(
                .array(
                    names.map {
                        ["name": .string($0.rawValue), "sum": .number(total($0).digits)]
                    }))
        }
        output.table(
            [["METRIC", "SUM"]] + names.map { [$0.rawValue, total($0).digits] },
            moods: [.quiet]
                + names.map { name in
                    total(name) == 0 ? .quiet : name.isTrouble ? .bad : nil
                })
    }

    func showPeriods(_ output: Output) {
        let times = Set(points.values.joined().map(\.time)).sorted()
        func sum(_ name: CountedMetric, _ time: Int) -> Double? {
            (points[name.rawValue] ?? []).first { $0.time == time }?.sum
        }
        if output.isJSON {
            return output.json(
                .array(
                    times.map { time in
                        let sums = names.compactMap { name in
                            sum(name, time).map {
                                JSONValue.Member(name.rawValue, .number($0.digits))
                            }
                        }
                        return .object([.init("time", .string(Clock.text(time)))] + sums)
                    }))
        }
        guard !times.isEmpty else { return output.line("Nothing was counted in this time.") }
        output.table(
            [["TIME"] + names.map(\.rawValue)]
                + times.map { time in
                    [Clock.text(time)] + names.map { sum($0, time)?.digits ?? "" }
                }, moods: [.quiet])
    }
}

extension Double {
    /// A whole number without a point.
    fileprivate var digits: String {
        Int(exactly: self).map { "\($0)" } ?? (isFinite ? "\(self)" : "0")
    }
}
