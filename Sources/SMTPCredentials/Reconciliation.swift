internal import AWS

/// Do the rows and IAM agree? The cure after an outage that outlived the stream's records: rows ↔
/// users by tag, both ways. Look first (`findings`), then mend.
package struct Reconciliation {
    private let manager: CredentialManager

    package init(_ manager: CredentialManager) {
        self.manager = manager
    }

    package enum Finding: Equatable, Sendable {
        /// IAM is not what the row says; these steps would bring it there.
        case row(Username, [CredentialPlan.Step])
        /// A user of ours that no row names.
        case orphan(userName: String, Username?)
    }

    /// All that does not agree; changes nothing.
    package func findings() throws(CredentialError) -> [Finding] {
        do {
            let names = try manager.rows.sortKeys().compactMap {
                Username(String($0.dropFirst("USER#".count)))
            }
            var findings: [Finding] = []
            var named: Set<String> = []
            for name in names {
                guard let row = try manager.rows.read(name) else { continue }
                if let userName = row.iamUserName { named.insert(userName) }
                let steps = try steps(for: row, name)
                if !steps.isEmpty { findings.append(.row(name, steps)) }
            }
            return findings + (try orphans(named: named, names))
        } catch {
            throw .unavailable(error)
        }
    }

    /// Brings about what a finding says is missing.
    package func mend(_ finding: Finding) throws(CredentialError) -> CredentialManager.Outcome {
        switch finding {
        case .row(let username, _):
            return try manager.apply(
                RowChange(subject: .user(username), oldUserName: nil, epochSeconds: longAgo))
        case .orphan(let userName, let username?):
            do {
                return try manager.removeUser(userName, of: username) ? .deleted : .unchanged
            } catch {
                throw .notDeleted(error)
            }
        case .orphan(_, nil):
            return .unchanged
        }
    }

    private func steps(for row: CredentialRow, _ name: Username) throws(AWSError)
        -> [CredentialPlan.Step]
    {
        let userName = row.iamUserName ?? name.iamUserName(createdAt: longAgo)
        return CredentialPlan.steps(
            for: row, username: name, identity: try manager.identities.identity(userName),
            retiring: Set(try manager.rows.retirements(name).map(\.accessKeyID)), isSettled: true)
    }

    /// Users with our prefix and our environment's tag that no row names.
    private func orphans(named: Set<String>, _ names: [Username]) throws(AWSError) -> [Finding] {
        var findings: [Finding] = []
        for userName in try manager.identities.userNames()
        where userName.hasPrefix(Username.iamPrefix) && !named.contains(userName) {
            guard let user = try manager.identities.user(userName),
                user.tags["Environment"] == manager.environmentName
            else { continue }
            findings.append(.orphan(userName: userName, Username.owner(of: user, among: names)))
        }
        return findings
    }

    /// So long that IAM shows everybody what was done before.
    private var longAgo: Int { manager.epochSeconds() - 2 * CredentialManager.settlingSeconds }
}

extension Username {
    /// Whose user is it? A tag's `:` may stand for a comma: the rows know, else the name does.
    fileprivate static func owner(of user: IAM.User, among names: [Username]) -> Username? {
        guard let tag = user.tags["ses-mail:username"] else { return nil }
        if let name = names.first(where: { $0.tagValue == tag }) { return name }
        return Username(
            String(
                decoding: tag.utf8.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: ",") : $0 },
                as: UTF8.self))
    }
}
