package import Text

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

    package static var now: UTCTime { UTCTime(epochMilliseconds: Int(epochMilliseconds())) }

    package static func epochMilliseconds() -> Int64 {
        Int64(epochSeconds() * 1000)
    }
}
