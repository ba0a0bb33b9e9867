internal import HTTP

extension GmailError {
    /// Whether Gmail will never take this mail, however often it is sent: a 413, or a 400.
    ///
    /// If a 400 is about the account, Gmail refuses the notice about it too, and the queue tries
    /// again until a person has repaired the account.
    package var isRefusalOfMail: Bool {
        guard isRefusalForGood, case .refused(_, let status, _, _, _) = self else { return false }
        return status == 413 || status == 400
    }

    /// Whether Gmail itself refuses permanently. That settles junk, whose copy is stored. A fault
    /// of the token and a temporary error are not such a refusal.
    package var isRefusalForGood: Bool {
        guard case .refused(let call, let status, let reason, let message, _) = self,
            call.service == "Gmail", 400..<500 ~= status, status != 401, !isTransient
        else { return false }
        // An error that Google did not write is a proxy's.
        return status == 413 || reason != GmailAnswer.unnamed(status) || !message.text.isEmpty
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
}
