import JSON
import TestSupport
import Text

/// The checks of IAM.
extension Invariants {
    /// Judges a user after a change of its keys or policies.
    func check(restrictionOf name: String) {
        guard let user = world.identities.users[name], !user.isRestricted,
            // One that IAM does not list may be unknown to the invocation that takes the policy.
            user.keys.contains(where: { $0.isActive && $0.visibleFrom <= world.now })
        else { return }
        violation("\(name) has an active key and no policy or boundary", of: .keyHasPolicy)
    }

    /// Judges the making of a key.
    func checkKey(_ run: Run, isAnswerLost: Bool) {
        if run.hasLostKey { violation("a key is made again at once", of: .keyMadeOnce) }
        run.hasLostKey = isAnswerLost
    }

    /// Judges a batch of the stream that failed. For five minutes after a change the manager waits
    /// for a key that IAM does not list.
    func check(streamFailure run: Run) {
        let age = world.now - (world.stream.records.last?.time ?? 0)
        guard !run.isDead, !run.isDisturbed, age > 301 else { return }
        violation(
            "a record of the stream fails with nothing in the way: \(run.failure ?? "")",
            of: .deadLetterHasReason)
    }

    /// Judges IAM when nothing happens any more.
    func checkIdentities() {
        var named: Set<String> = []
        for (key, row) in world.table.rows.sorted(by: { $0.key.sk < $1.key.sk })
        where key.pk == "SMTP_USER" && key.sk.hasPrefix("USER#") {
            let text = { (name: String) in row[name]?["S"]?.string ?? "" }
            let username = String(key.sk.dropFirst("USER#".count))
            let status = text("status")
            guard let user = world.identities.users[text("iam_user_name")] else {
                if !["error", "disabled"].contains(status) {
                    violation("\(key.sk) is \(status) without a user", of: .identityFollowsRow)
                }
                continue
            }
            named.insert(text("iam_user_name"))
            for complaint in complaints(row, user, username, status) {
                violation("\(key.sk) is \(status): \(complaint)", of: .identityFollowsRow)
            }
            for key in user.keys where !world.identities.namedKeys.contains(key.id) {
                guard !key.maker.isDead, !key.maker.isDisturbed else { continue }
                violation("\(key.id), which no row has named, is there", of: .keyWasStored)
            }
        }
        let orphans = Set(world.identities.users.keys).subtracting(named).sorted()
        if !orphans.isEmpty { violation("nobody names \(orphans)", of: .identityFollowsRow) }
        for password in world.identities.passwords.values
        where world.log.bytes[...].firstRange(ofBytes: Array(password.utf8)) != nil {
            violation("a password is in a log line", of: .noSecretIsLogged)
        }
    }

    private func complaints(
        _ row: TableRows.Row, _ user: Identities.User, _ username: String, _ status: String
    ) -> [String] {
        let known = user.keys.filter { !isUnknown($0) }
        let active = known.filter(\.isActive).map(\.id)
        let senders = Invariants.senders(row)
        switch status {
        case "active":
            var wrong: [String] = []
            let key = row["access_key_id"]?["S"]?.string ?? ""
            let tags = user.tags.map { "\($0.key)=\($0.value)" }.sorted()
            if tags != ["Environment=test", "ses-mail:username=\(username)"] {
                wrong.append("strange tags")
            }
            if user.boundary != Deployment.boundary { wrong.append("another boundary") }
            if senders == nil || Invariants.allowed(user) != senders { wrong.append("the policy") }
            if !active.contains(key) { wrong.append("its key is not active") }
            let timers = user.keys.map(\.id).filter {
                world.table["SMTP_USER", "RETIRE#\(username)#\($0)"] != nil
            }
            if Set(known.map(\.id)) != Set(timers + [key]) { wrong.append("other keys") }
            let password = world.identities.passwords[key] ?? ""
            if row["encrypted_password"]?["S"]?.string != "sealed \(key) \(password)" {
                wrong.append("another key's password")
            }
            return wrong
        case "disabled": return active.isEmpty ? [] : ["a key is active"]
        case "error":
            return active.isEmpty || senders != nil ? [] : ["a key is active without a list"]
        default: return ["it is waited for"]
        }
    }

    /// Whether nobody can know of a key: its maker did not learn of it, and IAM did not list it
    /// when the change was tried again. It stays until the next change; nobody has its secret.
    private func isUnknown(_ key: Identities.Key) -> Bool {
        key.isLate && (key.maker.hasLostKey || key.maker.isDead)
            && !world.identities.namedKeys.contains(key.id)
    }

    /// The patterns of a list of the plan's; nil if it is one that cannot be enforced.
    private static func senders(_ row: TableRows.Row) -> [String]? {
        let list = row["allowed_from_addresses"]?["L"]?.array?.compactMap { $0["S"]?.string }
        return list.flatMap { CredentialAction.goodLists.contains($0) ? $0 : nil }
    }

    /// The addresses that the user's only policy allows.
    private static func allowed(_ user: Identities.User) -> [String]? {
        guard user.policies.count == 1, let text = user.policies.values.first,
            let statements = (try? JSONValue(parsing: text))?["Statement"]?.array,
            statements.count == 1, let statement = statements.first,
            statement["Effect"] == "Allow", statement["Action"] == "ses:SendRawEmail"
        else { return nil }
        return statement["Condition"]?["StringLike"]?["ses:FromAddress"]?.array?
            .compactMap(\.string)
    }
}
