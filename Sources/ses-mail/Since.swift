internal import ArgumentParser

/// How far back does a command look? `30m`, `2h`, `3d`, or a moment such as `2026-11-24T09:00:00Z`.
struct Since: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let epochSeconds: Int
    let description: String

    init?(argument: String) {
        self.init(argument, now: Clock.epochSeconds())
    }

    init?(_ text: String, now: Int) {
        guard let epochSeconds = Since.back(text, from: now) ?? Clock.epochSeconds(of: text),
            (0...now).contains(epochSeconds)
        else { return nil }
        self.epochSeconds = epochSeconds
        description = text
    }

    private static func back(_ text: String, from now: Int) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), text.utf8.count <= 7,
            text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(text.dropLast())
        else { return nil }
        return now - count * unit
    }

    static let helpText = "30m, 2h, 3d, or a moment such as 2026-11-24T09:00:00Z."
}
