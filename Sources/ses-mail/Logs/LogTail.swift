internal import AWS

/// The log of several sources, read once or followed. Each line is shown once.
struct LogTail {
    /// The place up to which one source was read.
    fileprivate struct Place {
        /// Epoch seconds from which it is read next.
        var start: Int
        /// The events that were shown and will be found again, with their times.
        var seen: [String: Int] = [:]
    }

    private var sources: [LogSource]
    private let patterns: [String]
    private let isWanted: (LogLine) -> Bool
    private var deployment: Deployment
    private var places: [LogSource: Place]

    /// Events arrive late and out of order, so the last part is read again each time.
    private static let overlapSeconds = 120
    /// The furthest that the reading falls behind the present while no event comes.
    private static let longestDelaySeconds = 300
    private static let pauseSeconds = 2.0

    /// - Parameters:
    ///   - patterns: the filter patterns that together find the lines.
    ///   - since: epoch seconds.
    ///   - isWanted: which of the lines found are shown.
    init(
        _ sources: [LogSource], patterns: [String], since: Int, _ deployment: Deployment,
        isWanted: @escaping (LogLine) -> Bool
    ) {
        self.sources = sources
        self.patterns = patterns
        self.deployment = deployment
        self.isWanted = isWanted
        places = Dictionary(
            sources.map { ($0, Place(start: since)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Shows the events since the last reading, in the order of time, page by page.
    /// - Returns: the searches that were cut.
    mutating func read(_ show: (LogLine) -> Void) throws -> [LogMerge.Cut] {
        let now = Clock.epochSeconds()
        var newest: [LogSource: Int] = [:]
        var merge = LogMerge(searches(now), CloudWatchLogs(deployment.session))
        do {
            while let (source, event) = try merge.next() {
                newest[source] = max(newest[source] ?? 0, event.timestamp / 1000)
                let earlier = places[source]?.seen.updateValue(event.timestamp, forKey: event.id)
                let line = LogLine(event, from: source)
                if earlier == nil && isWanted(line) { show(line) }
            }
        } catch let missing as LogMerge.Missing {
            // A missing group is noticed before the first line is shown.
            if try leavesOut(missing.group) { return try read(show) }
            throw Failure(missing: "log group \(missing.group)", in: deployment)
        }
        for source in sources {
            let last = newest[source].map { $0 - LogTail.overlapSeconds } ?? 0
            places[source]?.goOn(from: max(last, now - LogTail.longestDelaySeconds))
        }
        return merge.cuts
    }

    /// Goes on without a function that is turned off where others are read too.
    private mutating func leavesOut(_ group: String) throws -> Bool {
        let missing = sources.first { $0.group(in: deployment) == group }
        guard case .function(let function)? = missing, let part = function.part else {
            return false
        }
        guard sources.count > 1, try !deployment.settings().has(part) else {
            try deployment.require(part)
            return false
        }
        sources.removeAll { $0 == missing }
        return true
    }

    private func searches(_ now: Int) -> [(source: LogSource, search: CloudWatchLogs.Search)] {
        sources.flatMap { source in
            let range = TimeRange(since: places[source]?.start ?? now, now: now)
            return patterns.map { pattern in
                (
                    source,
                    CloudWatchLogs.Search(
                        group: source.group(in: deployment), pattern: pattern, range: range)
                )
            }
        }
    }

    /// Reads again and again, until Ctrl-C, or until the reader of the output has gone.
    /// - Parameter renew: returns the deployment with the present credentials.
    mutating func follow(
        renew: @escaping () throws -> Deployment, _ show: (LogLine) -> Void
    ) throws {
        var rounds = Rounds(deployment, pauseSeconds: LogTail.pauseSeconds, renew: renew)
        try rounds.run { deployment in
            self.deployment = deployment
            if let failure = Failure(try read(show)) { throw failure }
            return true
        }
    }
}

extension LogTail.Place {
    /// Moves the start. Events before it are not found again, and are forgotten.
    fileprivate mutating func goOn(from next: Int) {
        start = max(start, next)
        let oldest = start * 1000
        seen = seen.filter { $0.value >= oldest }
    }
}
