internal import SMTPCredentials

#if canImport(Glibc)
    internal import Glibc
#endif

/// What time is it, and how is it written?
enum Clock {
    static func epochSeconds() -> Int { time(nil) }

    /// `2025-01-18T10:00:00Z`, as the rows have it.
    static func text(_ epochSeconds: Int) -> String {
        var seconds = time_t(epochSeconds)
        var utc = tm()
        gmtime_r(&seconds, &utc)
        let year = Int(utc.tm_year) + 1900
        let rest = [utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(year)-\(rest[0])-\(rest[1])T\(rest[2]):\(rest[3]):\(rest[4])Z"
    }

    static func now() -> String { text(epochSeconds()) }

    static var forRows: RowClock { RowClock(epochSeconds: epochSeconds, text: text) }
}
