internal import Glibc
package import Text

/// The time of day.
package enum WallClock {
    /// Seconds since 1970, to the nanosecond that the machine knows.
    package static func epochSeconds() -> Double {
        read(CLOCK_REALTIME)
    }

    package static func epochMilliseconds() -> Int64 {
        Int64(epochSeconds() * 1000)
    }

    package static var now: UTCTime { UTCTime(epochMilliseconds: Int(epochMilliseconds())) }
}

/// A clock for the time that something takes: setting the time of day does not affect it.
package enum MonotonicClock {
    package static func seconds() -> Double {
        read(CLOCK_MONOTONIC)
    }
}

private func read(_ clock: clockid_t) -> Double {
    var now = timespec()
    clock_gettime(clock, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
