/// The reason why a mail was not submitted.
package enum SubmissionError: Error, Equatable, Sendable {
    /// The server could not be reached.
    case unreachable(reason: String)
    /// No answer came in time. Whether the mail was taken is unknown.
    case timedOut
    /// No secure connection came about: nothing but greetings was sent.
    case insecure(reason: String)
    /// The server did not take user name and password.
    case loginRefused(SubmissionReply)
    /// The server did not take the sender, a recipient or the mail.
    case refused(SubmissionReply)
    /// The connection broke, or the server answered in no way that SMTP knows. Whether the mail was
    /// taken is unknown.
    case broken(reason: String)
    /// The libcurl of this machine does not speak SMTP.
    case unsupported
}

/// A server's answer to one command (RFC 5321 §4.2).
package struct SubmissionReply: Equatable, Sendable, CustomStringConvertible {
    package let code: Int
    /// The words after the code, those of several lines in one.
    package let text: String

    package init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    package var description: String { text.isEmpty ? "\(code)" : "\(code) \(text)" }
}
