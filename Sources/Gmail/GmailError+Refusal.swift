internal import HTTP
internal import Text

extension GmailError {
    /// Whether Gmail will never take this mail, however often it is sent: it is malformed or too
    /// large.
    ///
    /// That is a 413, or a 400 by which Google does not blame the request, the account or the
    /// consent. Those, and every 403, fail other mails too: the queue tries again until a person
    /// has mended them.
    package var isRefusalOfMail: Bool {
        guard case .refused(let call, let status, let reason, let message, _) = self,
            call.service == "Gmail", !GmailAnswer.isQuota(reason)
        else { return false }
        switch status {
        case 413: return true
        // An error that Google did not write is a proxy's.
        case 400:
            return reason != GmailAnswer.unnamed(status)
                && !GmailError.reasonsOfRequest.contains(reason)
                && !GmailError.blamesAccount(message)
        default: return false
        }
    }

    /// Whether Gmail refuses the request as it is, which may be for a label of the account.
    package var isBadRequest: Bool {
        guard case .refused(let call, 400, _, _, _) = self else { return false }
        return call.service == "Gmail"
    }

    /// Google's sentence for the mailbox's owner, addresses and all.
    package var sentence: String {
        guard case .refused(_, let status, let reason, let message, _) = self else {
            return description
        }
        return message.text.isEmpty
            ? "\(reason) (\(status))" : "\(message.text) (\(reason), \(status))"
    }

    /// Google's words for a 400 that tell nothing of the mail.
    /// (https://developers.google.com/youtube/v3/docs/core_errors, the same for all its APIs)
    private static let reasonsOfRequest: Set<String> = [
        "failedPrecondition", "FAILED_PRECONDITION", "OUT_OF_RANGE", "authError", "invalid_grant",
        "keyExpired", "keyInvalid", "badBinaryDomainRequest", "badLockedDomainRequest",
        "corsRequestWithXOrigin", "endpointConstraintMismatch", "invalidAltValue",
        "invalidHeader", "invalidParameter", "invalidQuery", "lockedDomainCreationFailure",
        "notDownload", "notUpload", "parseError", "required", "tooManyParts", "unknownApi",
        "unsupportedMediaProtocol", "unsupportedOutputFormat", "wrongUrlForUpload",
    ]

    /// Whether the sentence is about the account or the request, such as "Invalid label":
    /// `invalidArgument` is the reason of both.
    private static func blamesAccount(_ message: GoogleMessage) -> Bool {
        let text = message.text.asciiLowercased
        return wordsOfAccount.contains { text.containsBytes(of: $0) }
    }

    private static let wordsOfAccount = [
        "label", "precondition", "not enabled", "api key", "user id", "userid", "invalid_grant",
        "content-range",
    ]
}
