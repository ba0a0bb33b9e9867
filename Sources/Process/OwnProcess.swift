internal import Glibc

/// The life of this process.
package enum OwnProcess {
    /// Ends the process; whoever started it sees the status.
    package static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }

    /// The path of the program that runs here; nil if the system does not know it.
    package static var programPath: String? { FileSystem.canonicalPath("/proc/self/exe") }

    /// Ignores SIGPIPE: a write to a closed connection returns an error.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens /dev/null for each of the standard descriptors that is closed: otherwise the next
    /// socket would take its place.
    package static func holdStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            // Opened for reading only, so that a write fails and is noticed.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Makes Ctrl-C and `kill` end the process at once, with status 0.
    package static func endOnSignals() {
        var names = sigset_t()
        sigemptyset(&names)
        for name in [SIGINT, SIGTERM] {
            signal(name) { _ in _exit(0) }
            sigaddset(&names, name)
        }
        // A parent process may have blocked them, and a child inherits that.
        pthread_sigmask(SIG_UNBLOCK, &names, nil)
    }
}

/// A request to stop (Ctrl-C, or `kill`), held back while work must not be interrupted.
package struct Interruption {
    /// From now on signals wait until `isAsked` is read.
    package init() {
        var names = sigset_t()
        sigemptyset(&names)
        for signal in Self.signals { sigaddset(&names, signal) }
        pthread_sigmask(SIG_BLOCK, &names, nil)
    }

    package var isAsked: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return Self.signals.contains { sigismember(&pending, $0) == 1 }
    }

    private static let signals = [SIGINT, SIGTERM, SIGHUP]
}
