package import AWS
package import HTTP

/// Brings IAM to what a row says: read the row and IAM, plan, perform.
package struct CredentialManager {
    let services: any CredentialServices
    let region: String
    let environmentName: String
    /// The ARN of the policy beyond which no user's policies reach.
    let permissionsBoundary: String?
    let pacing: Pacing
    let epochSeconds: () -> Int

    package init(
        _ services: any CredentialServices, region: String, environmentName: String,
        permissionsBoundary: String?, pacing: Pacing, epochSeconds: @escaping () -> Int
    ) {
        self.services = services
        self.region = region
        self.environmentName = environmentName
        self.permissionsBoundary = permissionsBoundary
        self.pacing = pacing
        self.epochSeconds = epochSeconds
    }

    /// - Throws: `CredentialError`; the record is to be tried again.
    package func apply(_ change: RowChange) throws(CredentialError) -> RowOutcome {
        let propagation = PropagationWait(pacing)
        return try propagation.repeating(while: \.isPerhapsPropagation) {
            () throws(CredentialError) in try attempt(change, propagation)
        }
    }

    private func attempt(_ change: RowChange, _ propagation: PropagationWait)
        throws(CredentialError) -> RowOutcome
    {
        do {
            switch change.subject {
            case .user(let username): return try follow(change, of: username, propagation)
            case .illegalUsername(let sortKey): return try reportIllegalName(sortKey)
            case .retirement(let username, let key): return try retire(key, username, change)
            }
        } catch let error as CredentialError {
            throw error
        } catch let error as AWSError {
            throw .unavailable(error)
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
    }

    private func follow(
        _ change: RowChange, of username: Username, _ propagation: PropagationWait
    ) throws -> RowOutcome {
        for _ in 0..<4 {
            // After both of these errors the row has changed since it was read: look again.
            do {
                guard let row = try services.read(username) else {
                    return try remove(username, change)
                }
                return try bringAbout(row, username, change, propagation)
            } catch CredentialError.rowKeepsChanging {
            } catch let error as AWSError where error.isConditionalCheckFailed {
            }
        }
        throw CredentialError.rowKeepsChanging
    }

    private func bringAbout(
        _ row: CredentialRow, _ username: Username, _ change: RowChange,
        _ propagation: PropagationWait
    ) throws -> RowOutcome {
        let userName =
            row.iamUserName ?? change.oldUserName
            ?? username.iamUserName(createdAt: change.epochSeconds)
        let identity = try identity(userName)
        let retiring =
            row.status == .active ? try services.retirements(username) : []
        let isSettled = isSettled(row, change)
        let named = (row.accessKeyID.map { [$0] } ?? []) + change.accessKeyIDs
        let late = isSettled ? [] : identity.unlisted(named)
        let steps = CredentialPlan.steps(
            for: row, owner: owner(username), identity: identity, retiring: retiring, late: late,
            isSettled: isSettled, boundary: permissionsBoundary)
        // The row lost the name of a user that may be there, and nobody would find it again.
        if row.iamUserName == nil, identity.user == nil, change.oldUserName != nil,
            !isOldUserVisible(change), !steps.contains(.createUser)
        {
            throw CredentialError.identityNotVisible
        }
        let runner = PlanRunner(
            manager: self, propagation: propagation, username: username, userName: userName,
            change: change, row: row, identity: identity, late: late)
        let outcome = try runner.run(steps)
        // The row was deleted and made again: the user of the earlier row goes.
        if let old = change.oldUserName, old != userName {
            try removeUser(old, of: username, after: change)
        }
        return outcome
    }

    func owner(_ username: Username) -> Owner {
        Owner(username, environmentName: environmentName)
    }

    /// Everything that IAM holds under the name; nothing if the name cannot be a credential's.
    func identity(_ userName: String) throws(AWSError) -> Identity {
        Username.isIAMUserName(userName) ? try services.identity(userName) : .none
    }

    private func remove(_ username: Username, _ change: RowChange) throws(CredentialError)
        -> RowOutcome
    {
        let userName =
            change.oldUserName ?? username.iamUserName(createdAt: change.epochSeconds)
        do {
            let isDeleted = try removeUser(userName, of: username, after: change)
            for key in try services.retirements(username) {
                try services.deleteRetirement(username, key)
            }
            return isDeleted ? .deleted : .unchanged
        } catch let error as AWSError {
            throw .notDeleted(error)
        } catch {
            // The only other error of a removal.
            throw .deletedUserNotVisible
        }
    }

    /// Whether there was such a user of this credential.
    /// - Parameter change: the change with which the row ceased to name the user.
    /// - Throws: `AWSError`; or `CredentialError.deletedUserNotVisible` if IAM does not show a user
    ///   that was named so short a time ago that it may only be late.
    @discardableResult
    func removeUser(
        _ userName: String, of username: Username, after change: RowChange
    ) throws -> Bool {
        let identity = try identity(userName)
        guard let user = identity.user else {
            let isNamed = change.oldUserName == userName
            guard !isNamed || isOldUserVisible(change) else {
                throw CredentialError.deletedUserNotVisible
            }
            return false
        }
        guard owner(username).owns(user) else { return false }
        let late = isSettled(change) ? [] : identity.unlisted(change.accessKeyIDs)
        let steps = CredentialPlan.removal(
            of: identity, late: late, boundary: permissionsBoundary)
        for step in steps {
            switch step {
            case .putBoundary(let arn): try services.putBoundary(arn, userName)
            case .deleteKey(let id): try services.deleteKey(id, userName)
            case .deletePolicy(let name): try services.deletePolicy(name, userName)
            case .deleteUser: try services.deleteUser(userName)
            default: preconditionFailure("a removal does not \(step)")
            }
        }
        return true
    }

    private func reportIllegalName(_ sortKey: String) throws -> RowOutcome {
        guard let status = try services.statusOf(sortKey), status != .error else {
            return .unchanged
        }
        let message =
            "the username must be 1 to \(Username.longest) characters of A-Z a-z 0-9 + = , . @ _ -"
        try services.reportError(sortKey, message, status)
        return .reported(message)
    }

    /// The overlap of an old key is over, or somebody has deleted its timer.
    private func retire(_ key: String, _ username: Username, _ change: RowChange) throws
        -> RowOutcome
    {
        // A timer that is there has not ended: the record is about one before it.
        let running = try services.retirements(username)
        guard !running.contains(key) else { return .unchanged }
        let row = try services.read(username)
        guard row?.accessKeyID != key else { return .currentKeyKept }
        guard let userName = change.oldUserName ?? row?.iamUserName,
            Username.isIAMUserName(userName)
        else { return .unchanged }
        guard let user = try services.user(userName) else {
            let isOver = row?.iamUserName != userName || isSettled(change)
            guard isOver else { throw CredentialError.identityNotVisible }
            return .unchanged
        }
        guard owner(username).owns(user) else { return .unchanged }
        try services.deleteKey(key, userName)
        try services.forgetPreviousKey(username, key)
        return .changed
    }
}

/// The effect of a change of a row.
package enum RowOutcome: Equatable, Sendable {
    case unchanged
    case changed
    case provisioned
    case rotated
    case deleted
    /// The row now has this error message.
    case reported(String)
    /// A timer ended for the key that is in use: a row was changed by hand.
    case currentKeyKept
}

/// The reason why a change must be tried again. Nothing here holds a secret.
package enum CredentialError: Error, Equatable, Sendable, CustomStringConvertible {
    case unavailable(AWSError)
    /// The row is gone, and its user is not.
    case notDeleted(AWSError)
    case rowKeepsChanging
    /// IAM does not show a user or a key that must be there; it may be late.
    case identityNotVisible
    /// The row is gone, and IAM does not show its user, which may be late.
    case deletedUserNotVisible

    package var description: String {
        switch self {
        case .unavailable(let error), .notDeleted(let error): error.description
        case .rowKeepsChanging: "the row keeps changing"
        case .identityNotVisible: "IAM does not show the user or the key of the row (yet)"
        case .deletedUserNotVisible: "IAM does not show the user of the deleted row (yet)"
        }
    }
}
