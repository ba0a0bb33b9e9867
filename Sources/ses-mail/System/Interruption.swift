#if canImport(Glibc)
    internal import Glibc
#endif

/// A request to stop (Ctrl-C, or `kill`), held back while work must not be interrupted.
struct Interruption {
    /// From now on signals wait until `isAsked` is read.
    init() {
        var names = Interruption.names
        pthread_sigmask(SIG_BLOCK, &names, nil)
    }

    var isAsked: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return Interruption.signals.contains { sigismember(&pending, $0) == 1 }
    }

    private static var names: sigset_t {
        var names = sigset_t()
        sigemptyset(&names)
        for signal in signals { sigaddset(&names, signal) }
        return names
    }

    private static let signals = [SIGINT, SIGTERM, SIGHUP]
}
