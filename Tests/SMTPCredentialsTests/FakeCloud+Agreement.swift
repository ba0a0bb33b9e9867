import AWS
import TestSupport

@testable import SMTPCredentials

/// The comparison of IAM with what the rows say.
extension FakeCloud {
    /// What is wrong, in words; empty where all is well.
    var disagreements: [String] {
        var wrong: [String] = []
        var expectedUsers: Set<String> = []
        for (sortKey, item) in rows.sorted(by: { $0.key < $1.key }) where isUser(sortKey) {
            let row = CredentialRow(item)
            guard let userName = row.iamUserName, let user = users[userName] else {
                if row.status != .error && row.status != .disabled {
                    wrong.append("\(sortKey) has no user")
                }
                continue
            }
            expectedUsers.insert(userName)
            let username = String(sortKey.dropFirst("USER#".count))
            if user.tags != ["ses-mail:username": username, "Environment": "test"] {
                wrong.append("\(userName) has strange tags")
            }
            if user.boundary != boundary { wrong.append("\(userName) has another boundary") }
            wrong += complaints(row, user, timers(username)).map { "\(sortKey): \($0)" }
        }
        if Set(users.keys) != expectedUsers { wrong.append("orphans") }
        return wrong
    }

    private func complaints(_ row: CredentialRow, _ user: User, _ timers: Set<String>) -> [String] {
        let activeKeys = Set(user.keys.filter(\.value.isActive).keys)
        switch row.status {
        case .active:
            var wrong: [String] = []
            let policy = (try? row.senders.get())?.policy ?? ""
            if user.policies != [CredentialPlan.policyName: policy] { wrong.append("policy") }
            let current = row.accessKeyID ?? "none"
            if !activeKeys.contains(current) { wrong.append("its key is not active") }
            if !timers.union([current]).isSuperset(of: user.keys.keys) { wrong.append("extra key") }
            if !isPassword(of: row, user) { wrong.append("another key's password") }
            return wrong
        case .disabled:
            return activeKeys.isEmpty ? [] : ["a disabled row's key is active"]
        case .error:
            // What cannot be rotated keeps its keys; what cannot be enforced does not.
            return activeKeys.isEmpty || row.isEnforceable ? [] : ["an unenforced key is active"]
        case .pending, .rotate, .unknown:
            return ["still \(row.status)"]
        }
    }

    /// Whether the row's password is the one of the row's key.
    private func isPassword(of row: CredentialRow, _ user: User) -> Bool {
        guard let id = row.accessKeyID, let secret = user.keys[id]?.secret else { return false }
        return passwords[id] == FakeCloud.document(id, secret)
    }

    private var passwords: [String: String] {
        Dictionary(
            rows.values.compactMap { row in
                guard let id = row["access_key_id"]?.string,
                    let sealed = row["encrypted_password"]?.string
                else { return nil }
                return (id, String(sealed.dropFirst(FakeCloud.seal.count)))
            }, uniquingKeysWith: { $1 })
    }

    func timers(_ username: String) -> Set<String> {
        Set(
            table.rows.keys.map(\.sk).filter { $0.hasPrefix("RETIRE#\(username)#") }
                .map { String($0.split(separator: "#")[2]) })
    }

    private func isUser(_ sortKey: String) -> Bool { sortKey.hasPrefix("USER#") }
}
