internal import CCurl

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

extension SubmissionError {
    /// The reason of libcurl, with the server's last answer.
    init(_ code: CURLcode, _ reply: SubmissionReply) {
        let reason = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL: self = .unsupported
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
            self = .unreachable(reason: reason)
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_USE_SSL_FAILED: self = .insecure(reason: "the server offers no STARTTLS")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            self = .insecure(reason: reason)
        // libcurl calls a login denied also where it failed for the moment (454, RFC 4954 §6).
        case CURLE_LOGIN_DENIED where !(400..<500).contains(reply.code):
            self = .loginRefused(reply)
        case _ where reply.code >= 400: self = .refused(reply)
        default: self = .broken(reason: reason)
        }
    }
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
