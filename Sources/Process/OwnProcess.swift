internal import Glibc

/// The life of this process.
package enum OwnProcess {
    /// Ends the process; whoever started it sees the status.
    package static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }

    /// Makes a write to a connection that is closed an error of that write. Otherwise the signal
    /// SIGPIPE ends the process.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
