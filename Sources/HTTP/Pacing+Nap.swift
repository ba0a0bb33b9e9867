#if canImport(Glibc)
    internal import Glibc
#endif

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
