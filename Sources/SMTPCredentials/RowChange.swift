package import AWS

/// The row that a stream record is about. Its images may be old: only names that the row no longer
/// has are taken from them.
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
    /// The time of the change.
    package let epochSeconds: Int

    package init(subject: Subject, oldUserName: String?, epochSeconds: Int) {
        self.subject = subject
        self.oldUserName = oldUserName
        self.epochSeconds = epochSeconds
    }

    /// Nil for a row that does not belong to a credential.
    package init?(keys: Item, oldImage: Item?, epochSeconds: Int) {
        guard keys["PK"]?.string == "SMTP_USER", let sortKey = keys["SK"]?.string,
            let subject = Subject(sortKey: sortKey)
        else { return nil }
        self.subject = subject
        oldUserName = oldImage?["iam_user_name"]?.string.flatMap {
            Username.isIAMUserName($0) ? $0 : nil
        }
        self.epochSeconds = epochSeconds
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
