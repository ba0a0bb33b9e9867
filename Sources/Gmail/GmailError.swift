package import HTTP

/// The reason why a mail was not imported.
package enum GmailError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Neither the mailbox's token parameter nor the default one exists.
    case noToken(parameter: String)
    case malformedToken(String)
    /// Google no longer accepts the refresh token (`invalid_grant`): a person must consent again.
    case tokenInvalid(mailbox: String)
    /// Google refused the access token twice.
    case unauthorized(mailbox: String)
    /// Google answered with an error; reason (`userRateLimitExceeded`) and message are its own.
    case refused(
        CallName, status: Int, reason: String, message: GoogleMessage = GoogleMessage(""),
        mailbox: String)
    /// The token endpoint answered with neither a token nor a Google error (a proxy's page, say).
    case undecodable(CallName, status: Int)
    /// Google did not answer.
    case unanswered(HTTPError)
    /// A mail was sent, and the answer is a success without the id that Gmail gives each mail.
    case unconfirmed(CallName, status: Int)
    /// A resumable upload did not come to its end.
    case uploadUnfinished(String)

    /// Whether the same may succeed later: Google was not reached, or is busy.
    package var isTransient: Bool {
        switch self {
        case .undecodable, .unanswered, .unconfirmed, .uploadUnfinished: true
        case .refused(_, let status, let reason, _, _):
            status == 408 || status == 429 || status >= 500 || GmailAnswer.isQuota(reason)
        case .noToken, .malformedToken, .tokenInvalid, .unauthorized: false
        }
    }

    package var description: String {
        switch self {
        case .noToken(let parameter): "there is no token in the parameter \(parameter)"
        case .malformedToken(let reason): "the token parameter is not google-auth's file: \(reason)"
        case .tokenInvalid:
            "Google no longer accepts the refresh token: consent again and put the new token into "
                + "its parameter"
        case .unauthorized: "Google refuses the access token"
        // A log has no addresses, except this one: it shows which rule names another account's
        // mailbox.
        case .refused(let name, 403, let reason, let message, let mailbox)
        where name.service == "Gmail" && !GmailAnswer.isQuota(reason):
            "\(name) was refused for \(mailbox): \(reason) (403)\(message.suffix)"
        case .refused(let name, let status, let reason, let message, _):
            "\(name) was refused: \(reason) (\(status))\(message.suffix)"
        case .undecodable(let name, let status):
            "\(name) was answered with neither a token nor an error (\(status))"
        case .unanswered(let error): "\(error)"
        case .unconfirmed(let name, let status):
            "\(name) was answered without the mail's id (\(status))"
        case .uploadUnfinished(let reason): "the upload did not come to its end: \(reason)"
        }
    }
}

extension GoogleMessage {
    /// The detail that a log shows after a colon.
    fileprivate var suffix: String { masked.isEmpty ? "" : ": \(masked)" }
}
