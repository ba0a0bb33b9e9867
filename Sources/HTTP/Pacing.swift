#if canImport(Glibc)
    internal import Glibc
#endif

/// How does waiting work here? The clock, the pause and the random numbers, passed in so that tests
/// need none of them.
package struct Pacing {
    /// Seconds until the invocation must be answered, a margin taken off; may be negative.
    package let secondsLeft: () -> Double
    package let sleep: (Double) -> Void
    /// 0 to 1.
    package let random: () -> Double

    package init(
        secondsLeft: @escaping () -> Double, sleep: @escaping (Double) -> Void = Pacing.nap,
        random: @escaping () -> Double = { Double.random(in: 0...1) }
    ) {
        self.secondsLeft = secondsLeft
        self.sleep = sleep
        self.random = random
    }
}

extension Pacing {
    /// Blocks the one thread for that many seconds; a signal does not cut it short.
    package static func nap(seconds: Double) {
        guard seconds > 0 else { return }
        var pause = timespec(
            tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        var rest = timespec()
        while nanosleep(&pause, &rest) != 0 && errno == EINTR { pause = rest }
    }
}
