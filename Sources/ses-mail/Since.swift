internal import ArgumentParser

/// How far back a command looks: `30m`, `2h`, `3d`, or a moment such as `2026-11-24T09:00:00Z`.
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

    /// As long as dead letters are kept.
    static var twoWeeks: Since {
        let epochSeconds = Clock.epochSeconds() - 14 * 86_400
        return Since(epochSeconds: epochSeconds, description: Clock.text(epochSeconds))
    }

    private init(epochSeconds: Int, description: String) {
        self.epochSeconds = epochSeconds
        self.description = description
    }

    static let helpText = "30m, 2h, 3d, or a moment such as 2026-11-24T09:00:00Z."
}
