// No module map has `timespec`: it belongs to the module that includes it first, which may be this.
internal import CCurl

#if canImport(Glibc)
    internal import Glibc
#endif

/// The rules of waiting: the clock, the pauses, their random numbers and the number of attempts.
/// They are passed in, so that tests do not wait.
package struct Pacing {
    /// Begins a call, and returns a function for the seconds that are left for it, which may be
    /// negative.
    package let countdown: () -> () -> Double
    package let sleep: (Double) -> Void
    /// 0 to 1.
    package let random: () -> Double
    package let policy: RetryPolicy

    private init(
        countdown: @escaping () -> () -> Double, sleep: @escaping (Double) -> Void,
        random: @escaping () -> Double, policy: RetryPolicy
    ) {
        self.countdown = countdown
        self.sleep = sleep
        self.random = random
        self.policy = policy
    }

    /// - Parameter secondsLeft: until the invocation must be answered, a margin taken off.
    package init(
        secondsLeft: @escaping () -> Double, sleep: @escaping (Double) -> Void = Pacing.pause,
        random: @escaping () -> Double = { Double.random(in: 0...1) },
        policy: RetryPolicy = RetryPolicy()
    ) {
        self.init(countdown: { secondsLeft }, sleep: sleep, random: random, policy: policy)
    }

    /// For a process without a deadline: each call may take this time, repeats included.
    package init(secondsPerCall: Double, policy: RetryPolicy) {
        self.init(
            countdown: {
                let end = Pacing.monotonicSeconds() + secondsPerCall
                return { end - Pacing.monotonicSeconds() }
            }, sleep: Pacing.pause, random: { Double.random(in: 0...1) }, policy: policy)
    }

    /// Seconds that a call would have that began now.
    package var secondsLeft: () -> Double { countdown() }
}

extension Pacing {
    /// The pacing of an effect that must be recorded afterwards: a quarter of the time left, 2
    /// seconds at most, stays free for the record.
    package var leavingTimeToRecord: Pacing {
        Pacing(
            countdown: {
                let secondsLeft = countdown()
                return {
                    let left = secondsLeft()
                    return left - max(0, min(2, left / 4))
                }
            }, sleep: sleep, random: random, policy: policy)
    }

    private static func monotonicSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Blocks the one thread for that many seconds; a signal does not cut it short.
    package static func pause(seconds: Double) {
        guard seconds > 0 else { return }
        var pause = timespec(
            tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        var rest = timespec()
        while nanosleep(&pause, &rest) != 0 && errno == EINTR { pause = rest }
    }
}
