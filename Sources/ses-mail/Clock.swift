internal import HTTP
internal import SMTPCredentials

#if canImport(Glibc)
    internal import Glibc
#endif

/// The time of day, and how it is written.
enum Clock {
    static func epochSeconds() -> Int { time(nil) }

    /// For how long something takes: it goes on where the time of day is set.
    static func monotonicSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// `2025-01-18T10:00:00Z`, as the rows have it.
    static func text(_ epochSeconds: Int) -> String {
        UTCTime(epochSeconds: epochSeconds).extended()
    }

    /// The moment of `2025-01-18T10:00:00Z` or `2025-01-18`; nil for what is neither.
    static func epochSeconds(of text: String) -> Int? {
        let whole = text.utf8.count == 10 ? "\(text)T00:00:00Z" : text
        let numbers = whole.utf8.split { !(0x30...0x39).contains($0) }
            .map { Int32(String(decoding: $0, as: UTF8.self)) ?? -1 }
        guard numbers.count == 6 else { return nil }
        var utc = tm()
        (utc.tm_year, utc.tm_mon, utc.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (utc.tm_hour, utc.tm_min, utc.tm_sec) = (numbers[3], numbers[4], numbers[5])
        let seconds = timegm(&utc)
        // What has another form, or is no date, does not come back as it was.
        return Clock.text(seconds) == whole ? seconds : nil
    }

    /// How long `90s`, `30m`, `2h` or `3d` is; nil for what is none of these.
    static func seconds(of span: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = span.last.flatMap({ units[$0] }), span.utf8.count <= 7,
            span.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(span.dropLast())
        else { return nil }
        return count * unit
    }

    static func now() -> String { text(epochSeconds()) }

    static var forRows: RowClock { RowClock(epochSeconds: epochSeconds, text: text) }
}
