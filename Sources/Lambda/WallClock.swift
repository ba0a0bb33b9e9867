#if canImport(Glibc)
    internal import Glibc
#endif

/// What time is it?
package enum WallClock {
    /// Seconds since 1970, to the nanosecond that the machine knows.
    package static func epochSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    package static func epochMilliseconds() -> Int64 {
        Int64(epochSeconds() * 1000)
    }

    /// `2025-01-18T10:00:00.123Z` (RFC 3339), the form that Lambda's log filter reads.
    package static func rfc3339(epochSeconds: Double) -> String {
        var seconds = time_t(epochSeconds.rounded(.down))
        let milliseconds = Int((epochSeconds - epochSeconds.rounded(.down)) * 1000)
        var utc = tm()
        gmtime_r(&seconds, &utc)
        let digits = { (value: Int, width: Int) in
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        return digits(Int(utc.tm_year) + 1900, 4) + "-" + digits(Int(utc.tm_mon) + 1, 2) + "-"
            + digits(Int(utc.tm_mday), 2) + "T" + digits(Int(utc.tm_hour), 2) + ":"
            + digits(Int(utc.tm_min), 2) + ":" + digits(Int(utc.tm_sec), 2) + "."
            + digits(milliseconds, 3) + "Z"
    }
}
