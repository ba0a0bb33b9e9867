/// The reason why a request has no answer. The cases differ in whether the server may have acted.
package enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection, no TLS session, or time ran out before the request was sent.
    case notSent(CallName, reason: String)
    /// The server's certificate could not be verified: nothing was sent, and repeating changes
    /// nothing.
    case untrusted(CallName, reason: String)
    /// The request left, whole or in part, and no answer came in time.
    case timedOut(CallName)
    /// The request left, whole or in part, and the connection broke.
    case connectionLost(CallName, reason: String)
    /// The answer is longer than the caller takes.
    case bodyTooLarge(CallName)
    /// The answer could not be written to its file, or the request's file not read.
    case fileFailed(CallName, reason: String)
    /// libcurl refused an option or the URL: nothing was sent, and repeating changes nothing.
    case misconfigured(CallName, reason: String)

    /// Whether the server may have done what was asked.
    package var isOutcomeUnknown: Bool {
        switch self {
        case .notSent, .untrusted, .misconfigured: false
        case .timedOut, .connectionLost, .bodyTooLarge, .fileFailed: true
        }
    }

    package var description: String {
        switch self {
        case .notSent(let name, let reason): "\(name) was not sent: \(reason)"
        case .untrusted(let name, let reason):
            "\(name) was not sent: the server's certificate is not trusted (\(reason))"
        case .timedOut(let name): "\(name) was sent, and no answer came in time"
        case .connectionLost(let name, let reason):
            "\(name) was sent, and the connection broke: \(reason)"
        case .bodyTooLarge(let name): "\(name) answered with more bytes than are taken"
        case .fileFailed(let name, let reason): "\(name) could not use its file: \(reason)"
        case .misconfigured(let name, let reason): "\(name) could not be prepared: \(reason)"
        }
    }
}
