internal import HTTP

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
        let whole = epochSeconds.rounded(.down)
        return UTCTime(epochSeconds: Int(whole))
            .extended(milliseconds: Int((epochSeconds - whole) * 1000))
    }
}
