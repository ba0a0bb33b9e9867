internal import ArgumentParser

/// The options of a command that can show its answer again and again.
struct WatchOptions: ParsableArguments {
    @Flag(help: "Show it again and again, until Ctrl-C.") var watch = false
    @Option(help: "With --watch: the seconds between two looks, 1 or more (5).") var every: Int?

    func validate() throws {
        guard let every else { return }
        guard watch else { throw ValidationError("--every is for --watch.") }
        guard (1...86_400).contains(every) else {
            throw ValidationError("--every is from 1 to 86400 seconds.")
        }
    }

    /// Reads and shows once or, with `--watch`, again and again.
    /// - Parameters:
    ///   - isLast: whether nothing more can change.
    /// - Returns: what was read last.
    func run<Found>(
        _ deployment: Deployment, _ output: Output, renew options: CommonOptions,
        read: (Deployment) throws -> Found, show: (Found) -> Void,
        isLast: (Found) -> Bool = { _ in false }
    ) throws -> Found {
        guard watch else {
            let found = try read(deployment)
            show(found)
            return found
        }
        guard output.format != .tsv else {
            throw Failure(.usage, "--watch prints text or JSON: leave out --tsv.")
        }
        var found: Found?
        var rounds = Rounds(deployment, pauseSeconds: Double(every ?? 5)) {
            try Deployment(options)
        }
        try rounds.run { deployment in
            let now = try read(deployment)
            found = now
            output.beginRound()
            show(now)
            return !isLast(now)
        }
        guard let found else { preconditionFailure("a first round ends or throws") }
        return found
    }
}
