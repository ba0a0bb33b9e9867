internal import Process
internal import Text

/// The time of day, and how it is written.
enum Clock {
    static func epochSeconds() -> Int { Int(WallClock.epochSeconds()) }

    /// The clock for durations: it continues where the time of day is set.
    static func monotonicSeconds() -> Double { MonotonicClock.seconds() }

    /// `2025-01-18T10:00:00Z`, as in the rows of the table.
    static func text(_ epochSeconds: Int) -> String {
        UTCTime(epochSeconds: epochSeconds).rfc3339
    }

    /// The moment of `2025-01-18T10:00:00Z` or `2025-01-18`; nil for other texts.
    static func epochSeconds(of text: String) -> Int? {
        UTCTime(rfc3339: text.utf8.count == 10 ? "\(text)T00:00:00Z" : text)?.epochSeconds
    }

    /// The duration of `90s`, `30m`, `2h` or `3d`; nil for other texts.
    static func seconds(of span: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = span.last.flatMap({ units[$0] }), span.utf8.count <= 7,
            span.utf8.dropLast().allSatisfy(\.isASCIIDigit),
            let count = Int(span.dropLast())
        else { return nil }
        return count * unit
    }

    static func now() -> String { text(epochSeconds()) }
}
