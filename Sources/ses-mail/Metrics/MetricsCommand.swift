internal import ArgumentParser

/// The counts of what came and what became of it.
struct MetricsCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show what the functions have counted.",
        discussion: """
            Without a name the sum of every metric over the whole time; with names their sums \
            period by period. What each counts is in OPERATIONS.md, under "Metrics".
            """)

    @Argument(help: "EmailsAccepted, …; the list without a name has all of them.")
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
        Output.progress("asking CloudWatch …")
        let found = try CloudWatch(deployment.session).sums(
            of: chosen.map(\.rawValue), in: deployment.metricNamespace,
            from: start - start % period.seconds,
            // The minute that goes on too.
            to: now - now % 60 + 60, periodSeconds: period.seconds)
        let sums = MetricSums(names: chosen, points: found)
        if names.isEmpty { sums.showTotals(output) } else { sums.showPeriods(output) }
    }
}
