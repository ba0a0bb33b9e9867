package import AWS
internal import Text

/// The row that a stream record is about. Its images may be old: only the names of its user and of
/// its keys, which the row may have no longer, are taken from them.
package struct RowChange: Equatable, Sendable {
    package enum Subject: Equatable, Sendable {
        case user(Username)
        /// A row whose name no credential can have: its administrator gets an error message.
        case illegalUsername(sortKey: String)
        /// The timer of an old key.
        case retirement(Username, accessKeyID: String)
    }

    package let subject: Subject
    /// The IAM user that the row named before the change.
    package let oldUserName: String?
    /// A time at which that user was in use already, in seconds since 1970; nil if the row did not
    /// say so.
    package let oldUserEpochSeconds: Int?
    /// The keys that the row named before and after the change.
    package let accessKeyIDs: [String]
    /// The time of the change.
    package let epochSeconds: Int

    package init(subject: Subject, oldUserName: String?, epochSeconds: Int) {
        self.subject = subject
        self.oldUserName = oldUserName
        oldUserEpochSeconds = nil
        accessKeyIDs = []
        self.epochSeconds = epochSeconds
    }

    /// Nil for a row that does not belong to a credential.
    package init?(
        keys: Item, oldImage: Item?, newImage: Item? = nil, epochSeconds: Int
    ) {
        guard keys["PK"]?.string == "SMTP_USER", let sortKey = keys["SK"]?.string,
            let subject = Subject(sortKey: sortKey)
        else { return nil }
        self.subject = subject
        let (old, new) = (oldImage.map(CredentialRow.init), newImage.map(CredentialRow.init))
        oldUserName = old?.iamUserName.flatMap { Username.isIAMUserName($0) ? $0 : nil }
        oldUserEpochSeconds = old.flatMap(\.userEpochSeconds)
        accessKeyIDs = [old, new].compactMap(\.?.accessKeyID)
        self.epochSeconds = epochSeconds
    }
}

extension CredentialRow {
    /// The time of the credential manager's last change, if the row's user was made before it: a
    /// user may be made long after the last change of a row that is pending.
    fileprivate var userEpochSeconds: Int? {
        guard hasPassword, status != .pending else { return nil }
        return updatedAt.flatMap(UTCTime.init(rfc3339:))?.epochSeconds
    }
}

extension RowChange.Subject {
    init?(sortKey: String) {
        if sortKey.utf8.starts(with: "USER#".utf8) {
            let name = String(decoding: sortKey.utf8.dropFirst("USER#".utf8.count), as: UTF8.self)
            self = Username(name).map { .user($0) } ?? .illegalUsername(sortKey: sortKey)
            return
        }
        let parts = sortKey.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "RETIRE", let username = Username(String(parts[1])),
            !parts[2].isEmpty
        else { return nil }
        self = .retirement(username, accessKeyID: String(parts[2]))
    }
}
