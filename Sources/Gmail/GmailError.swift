package import HTTP

/// Why was a mail not imported?
package enum GmailError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no token parameter of that name, nor the default one.
    case noToken(parameter: String)
    case malformedToken(String)
    /// Google takes the refresh token no more (`invalid_grant`): a person must consent again.
    case tokenInvalid(mailbox: String)
    /// Google refused the access token twice.
    case unauthorized(mailbox: String)
    /// Google answered with an error; the reason is its own word (`userRateLimitExceeded`).
    case refused(CallName, status: Int, reason: String, mailbox: String)
    /// What answered instead of a token holds neither one nor an error of Google's: no mail was
    /// sent.
    case undecodable(CallName, status: Int)
    /// The token, or the session of an upload, was not had: no mail was sent.
    case notBegun(HTTPError)
    /// A mail was sent, whole or in part, and there was no answer.
    case unanswered(HTTPError)
    /// A mail was sent, and the answer is a success without the id that Gmail gives each mail.
    case unconfirmed(CallName, status: Int)
    /// A resumable upload did not come to its end.
    case uploadUnfinished(String)

    /// Whether Gmail may have taken the mail.
    package var isOutcomeUnknown: Bool {
        switch self {
        case .unanswered(let error): error.isOutcomeUnknown
        // A gateway speaks only for itself.
        case .refused(let name, let status, _, _):
            name.service == "Gmail" && (status == 502 || status == 504)
        case .unconfirmed, .uploadUnfinished: true
        case .noToken, .malformedToken, .tokenInvalid, .unauthorized, .undecodable, .notBegun:
            false
        }
    }

    /// Whether the same may succeed later: Google was not reached, or is busy.
    package var isPassing: Bool {
        switch self {
        case .undecodable, .notBegun, .unanswered, .unconfirmed, .uploadUnfinished: true
        case .refused(_, let status, let reason, _):
            status == 408 || status == 429 || status >= 500 || GmailAnswer.isQuota(reason)
        case .noToken, .malformedToken, .tokenInvalid, .unauthorized: false
        }
    }

    package var description: String {
        switch self {
        case .noToken(let parameter): "there is no token in the parameter \(parameter)"
        case .malformedToken(let reason): "the token parameter is not google-auth's file: \(reason)"
        case .tokenInvalid:
            "Google takes the refresh token no more: consent again and put the new token into its "
                + "parameter"
        case .unauthorized: "Google refuses the access token"
        // A log tells no address, but by this one a rule with another account's mailbox is found.
        case .refused(let name, 403, let reason, let mailbox)
        where name.service == "Gmail" && !GmailAnswer.isQuota(reason):
            "\(name) was refused for \(mailbox): \(reason) (403)"
        case .refused(let name, let status, let reason, _):
            "\(name) was refused: \(reason) (\(status))"
        case .undecodable(let name, let status):
            "\(name) was answered with neither a token nor an error (\(status))"
        case .notBegun(let error), .unanswered(let error): "\(error)"
        case .unconfirmed(let name, let status):
            "\(name) was answered without the mail's id (\(status))"
        case .uploadUnfinished(let reason): "the upload did not come to its end: \(reason)"
        }
    }
}
