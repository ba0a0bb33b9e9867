internal import AWS
internal import ArgumentParser
internal import JSON

/// Shows the counts of the functions.
struct MetricsCommand: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show what the functions have counted.",
        discussion: """
            Without a name, prints the sum of every metric over the whole time; with names, their \
            sums period by period. OPERATIONS.md explains each of them under "Metrics".
            """)

    @Argument(help: "EmailsAccepted, …; without a name all of them are listed.")
    var names: [CountedMetric] = []
    @Option(help: "How far back (1h): \(Since.helpText)") var since: Since?
    @Option(help: "The time of one sum (5m): 1m, 5m, 1h, 1d.") var period: Period?
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard period == nil || !names.isEmpty else {
            throw ValidationError("--period needs names: without them there is one sum for all.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let now = Clock.epochSeconds()
        let start = since?.epochSeconds ?? now - 3600
        let shortest = Period.shortest(spanSeconds: now - start)
        let chosen = names.isEmpty ? CountedMetric.allCases : names
        // The sum over all is made of short periods, as long as they are few.
        let usual = Period(seconds: !names.isEmpty ? 300 : now - start > 86_400 ? 3600 : 60)
        let period = self.period ?? Period(seconds: max(usual.seconds, shortest.seconds))
        guard period.seconds % shortest.seconds == 0 else {
            throw Failure(
                .usage,
                "CloudWatch does not keep such short periods for so long: use --period "
                    + "\(shortest.seconds / 60)m or a multiple of it.")
        }
        Output.progress("asking CloudWatch …")
        let found = try CloudWatch(deployment.session).sums(
            of: chosen.map(\.rawValue), in: deployment.metricNamespace,
            from: start - start % period.seconds,
            // To the end of the present minute.
            to: now - now % 60 + 60, periodSeconds: period.seconds)
        let sums = MetricSums(names: chosen, points: found)
        if names.isEmpty { sums.showTotals(output) } else { sums.showPeriods(output) }
    }
}

/// The counts by metric and period.
struct MetricSums {
    let names: [CountedMetric]
    let points: [String: [CloudWatch.Point]]

    func showTotals(_ output: Output) {
        output.list(
            names,
            [Column("METRIC", "name", \.rawValue), Column("SUM", "sum") { total($0).digits }],
            severity: { total($0) == 0 ? .note : $0.isTrouble ? .error : nil })
    }

    func showPeriods(_ output: Output) {
        let times = Set(points.values.joined().map(\.time)).sorted()
        if times.isEmpty && output.format == .text {
            return output.line("Nothing was counted in this time.")
        }
        output.list(
            times,
            [Column("TIME", "time") { Clock.text($0) }]
                + names.map { name in
                    Column(name.rawValue, name.rawValue) { sum(name, $0)?.digits }
                })
    }

    private func total(_ name: CountedMetric) -> Double {
        (points[name.rawValue] ?? []).reduce(0) { $0 + $1.sum }
    }

    private func sum(_ name: CountedMetric, _ time: Int) -> Double? {
        (points[name.rawValue] ?? []).first { $0.time == time }?.sum
    }
}

extension Double {
    /// A whole number without a point.
    fileprivate var digits: JSONValue {
        .number(Int(exactly: self).map { "\($0)" } ?? (isFinite ? "\(self)" : "0"))
    }
}

/// The time of one sum: `1m`, `5m`, `1h` or `1d`, whole minutes as CloudWatch keeps them.
struct Period: ExpressibleByArgument, Equatable {
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        guard let seconds = Clock.seconds(of: argument), seconds % 60 == 0,
            (60...86_400).contains(seconds)
        else { return nil }
        self.seconds = seconds
    }

    /// The shortest period that CloudWatch still keeps for a time so long ago
    /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
    static func shortest(spanSeconds: Int) -> Period {
        switch spanSeconds {
        case ...(15 * 86_400): Period(seconds: 60)
        case ...(63 * 86_400): Period(seconds: 300)
        default: Period(seconds: 3600)
        }
    }
}
