/// The time that a search looks into.
struct TimeRange: Equatable, Sendable {
    /// Epoch milliseconds.
    let startMilliseconds: Int
    let endMilliseconds: Int

    /// AWS's clocks may be ahead of ours by that much, and would otherwise hide what is newest.
    private static let clockDifferenceSeconds = 300

    /// From then until now.
    /// - Parameter start: epoch seconds.
    init(since start: Int, now: Int = Clock.epochSeconds()) {
        startMilliseconds = start * 1000
        endMilliseconds = (max(start, now) + TimeRange.clockDifferenceSeconds) * 1000
    }

    /// What is logged about a mail comes after it was stored.
    /// - Parameter storedAt: epoch seconds.
    init(ofMailStoredAt storedAt: Int) {
        self.init(since: storedAt - 600)
    }
}
