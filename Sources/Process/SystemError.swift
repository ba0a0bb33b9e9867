internal import Glibc

/// The reason why the system refused a call.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    package static let timedOut = SystemError(code: ETIMEDOUT)

    /// The reason of the call that has just failed. It is read before another call changes it.
    static var last: SystemError { SystemError(code: errno) }

    /// In the system's words: "No such file or directory".
    package var description: String { String(cString: strerror(code)) }

    /// Whether a file that should be new exists already.
    package var isExistingFile: Bool { code == EEXIST }
    /// Whether the reader of a pipe has gone.
    package var isBrokenPipe: Bool { code == EPIPE }

    /// Whether the same call may succeed at once or later: a signal came, or there is nothing to do
    /// yet.
    var isPassing: Bool { code == EINTR || code == EAGAIN }
}
