internal import AWS

/// Compares the rows with IAM's users, both ways, by the users' tags, and resolves the differences.
/// It is needed after an outage that lasted longer than the stream keeps its records.
package struct Reconciliation {
    private let manager: CredentialManager

    package init(_ manager: CredentialManager) {
        self.manager = manager
    }

    package enum Finding: Equatable, Sendable {
        /// IAM is not what the row says; these steps would bring it there.
        case row(Username, [CredentialPlan.Step])
        /// A row with an illegal name, without the error message about it.
        case illegalUsername(sortKey: String)
        /// A user with this deployment's tags that no row names.
        case orphan(userName: String, Username?)
    }

    /// Finds all differences, and changes nothing.
    package func findings() throws(CredentialError) -> [Finding] {
        do {
            var findings: [Finding] = []
            var named: Set<String> = []
            var names: [Username] = []
            for sortKey in try manager.services.sortKeys() {
                guard case .user(let name) = RowChange.Subject(sortKey: sortKey) else {
                    let status = try manager.services.statusOf(sortKey)
                    if let status, status != .error {
                        findings.append(.illegalUsername(sortKey: sortKey))
                    }
                    continue
                }
                names.append(name)
                guard let row = try manager.services.read(name) else { continue }
                if let userName = row.iamUserName { named.insert(userName) }
                let steps = try steps(for: row, name)
                if !steps.isEmpty { findings.append(.row(name, steps)) }
            }
            return findings + (try orphans(named: named, names))
        } catch {
            throw .unavailable(error)
        }
    }

    /// Resolves one difference, as if the lost record came now. The row is read again, so a
    /// difference that was resolved meanwhile leads to no change.
    package func mend(_ finding: Finding) throws(CredentialError) -> RowOutcome {
        switch finding {
        case .row(let username, _): return try deliver(.user(username))
        case .illegalUsername(let sortKey):
            return try deliver(.illegalUsername(sortKey: sortKey))
        case .orphan(let userName, let username?):
            return try deliver(.user(username), oldUserName: userName)
        case .orphan(_, nil): return .unchanged
        }
    }

    private func deliver(_ subject: RowChange.Subject, oldUserName: String? = nil)
        throws(CredentialError) -> RowOutcome
    {
        try manager.apply(
            RowChange(subject: subject, oldUserName: oldUserName, epochSeconds: longAgo))
    }

    private func steps(for row: CredentialRow, _ name: Username) throws(AWSError)
        -> [CredentialPlan.Step]
    {
        let userName = row.iamUserName ?? name.iamUserName(createdAt: longAgo)
        return CredentialPlan.steps(
            for: row, owner: manager.owner(name), identity: try manager.identity(userName),
            retiring: try manager.services.retirements(name), late: [], isSettled: true,
            boundary: manager.permissionsBoundary)
    }

    /// The users with this deployment's prefix and tag that no row names.
    private func orphans(named: Set<String>, _ names: [Username]) throws(AWSError) -> [Finding] {
        var findings: [Finding] = []
        for userName in try manager.services.userNames()
        where userName.hasPrefix(Username.iamPrefix) && !named.contains(userName) {
            guard let user = try manager.services.user(userName),
                user.tags[Owner.environmentTag] == manager.environmentName
            else { continue }
            findings.append(.orphan(userName: userName, Username.owner(of: user, among: names)))
        }
        return findings
    }

    /// A time so long ago that every change made then is visible everywhere in IAM.
    private var longAgo: Int {
        manager.epochSeconds() - 2 * CredentialManager.settlingSeconds
    }
}

extension Username {
    /// The owner of a user. A `:` in its tag may stand for a comma: where a row's name matches,
    /// that name is right, else the tag is.
    fileprivate static func owner(of user: IAM.User, among names: [Username]) -> Username? {
        guard let tag = user.tags[Owner.usernameTag] else { return nil }
        if let name = names.first(where: { $0.tagValue == tag }) { return name }
        return Username(
            String(
                decoding: tag.utf8.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: ",") : $0 },
                as: UTF8.self))
    }
}
