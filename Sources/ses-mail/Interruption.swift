#if canImport(Glibc)
    internal import Glibc
#endif

/// Does somebody want us to stop? Between `begin` and the process's end Ctrl-C ends nothing by
/// itself, so that what was begun can be taken back.
enum Interruption {
    static func begin() {
        var signals = Interruption.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Whether one of the signals has come since.
    static var isPending: Bool {
        var pending = sigset_t()
        guard sigpending(&pending) == 0 else { return false }
        return names.contains { sigismember(&pending, $0) == 1 }
    }

    private static let names = [SIGINT, SIGTERM, SIGHUP]

    private static var signals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for name in names { sigaddset(&signals, name) }
        return signals
    }
}
