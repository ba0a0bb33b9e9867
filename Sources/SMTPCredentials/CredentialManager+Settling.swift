internal import Text

/// The time that IAM takes until it shows a change everywhere. Within it a user or a key that is
/// not shown may be late.
extension CredentialManager {
    /// Whether change and row are so old that everything done before is visible everywhere in IAM.
    func isSettled(_ row: CredentialRow, _ change: RowChange) -> Bool {
        let before = epochSeconds() - CredentialManager.settlingSeconds
        // All times are written in one form, in which the earlier text is the earlier moment.
        return isSettled(change)
            && (row.updatedAt ?? "") < UTCTime(epochSeconds: before).rfc3339
    }

    func isSettled(_ change: RowChange) -> Bool {
        change.epochSeconds < epochSeconds() - CredentialManager.settlingSeconds
    }

    /// Whether IAM shows the user that the row named before the change, if there is one.
    func isOldUserVisible(_ change: RowChange) -> Bool {
        let before = change.epochSeconds - CredentialManager.settlingSeconds
        return isSettled(change) || change.oldUserEpochSeconds.map { $0 < before } ?? false
    }

    /// The time after which a change is visible everywhere in IAM. It takes seconds; this is
    /// generous.
    static let settlingSeconds = 300
}
