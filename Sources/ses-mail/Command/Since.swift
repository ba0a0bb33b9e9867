internal import AWS
internal import ArgumentParser

/// The time that a command looks back to: `30m`, `2h`, `3d`, or a moment such as
/// `2026-11-24T09:00:00Z`.
struct Since: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let epochSeconds: Int
    let description: String

    init?(argument: String) {
        self.init(argument, now: Clock.epochSeconds())
    }

    init?(_ text: String, now: Int) {
        guard
            let epochSeconds = Clock.seconds(of: text).map({ now - $0 })
                ?? Clock.epochSeconds(of: text),
            (0...now).contains(epochSeconds)
        else { return nil }
        self.epochSeconds = epochSeconds
        description = text
    }

    /// Two weeks ago, the time for which dead letters are kept.
    static var twoWeeks: Since { days(14) }

    /// So many days ago.
    static func days(_ count: Int) -> Since {
        let epochSeconds = Clock.epochSeconds() - count * 86_400
        return Since(epochSeconds: epochSeconds, description: Clock.text(epochSeconds))
    }

    private init(epochSeconds: Int, description: String) {
        self.epochSeconds = epochSeconds
        self.description = description
    }

    static let helpText = "30m, 2h, 3d, or a moment such as 2026-11-24T09:00:00Z."
}

extension TimeRange {
    /// The most by which AWS's clocks may be ahead of this machine's. A search that ended at this
    /// machine's time would miss the newest events.
    private static let clockDifferenceSeconds = 300

    /// From then until now.
    /// - Parameter start: epoch seconds.
    init(since start: Int, now: Int = Clock.epochSeconds()) {
        self.init(
            startMilliseconds: start * 1000,
            endMilliseconds: (max(start, now) + TimeRange.clockDifferenceSeconds) * 1000)
    }

    /// From shortly before a mail was stored, since everything is logged after that.
    /// - Parameter storedAt: epoch seconds.
    init(ofMailStoredAt storedAt: Int) {
        self.init(since: storedAt - 600)
    }
}
