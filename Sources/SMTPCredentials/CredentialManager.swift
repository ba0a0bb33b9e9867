package import AWS
package import HTTP
internal import Text

/// Brings IAM to what a row says: read the row and IAM, plan, perform.
package struct CredentialManager {
    let rows: RowStore
    let identities: IdentityStore
    /// Encrypts a password's document; base64.
    let encrypt: ([UInt8]) throws(AWSError) -> String
    let region: String
    let environmentName: String
    /// The ARN of the policy beyond which no user's policies reach.
    let permissionsBoundary: String?
    let pacing: Pacing
    let epochSeconds: () -> Int

    package init(
        rows: RowStore, identities: IdentityStore,
        encrypt: @escaping ([UInt8]) throws(AWSError) -> String, region: String,
        environmentName: String, permissionsBoundary: String?, pacing: Pacing,
        epochSeconds: @escaping () -> Int
    ) {
        self.rows = rows
        self.identities = identities
        self.encrypt = encrypt
        self.region = region
        self.environmentName = environmentName
        self.permissionsBoundary = permissionsBoundary
        self.pacing = pacing
        self.epochSeconds = epochSeconds
    }

    /// The effect of a change.
    package enum Outcome: Equatable, Sendable {
        case unchanged
        case changed
        case provisioned
        case rotated
        case deleted
        /// The row says now what is wrong.
        case reported(String)
        /// A timer ended for the key that is in use: a row was changed by hand.
        case currentKeyKept
    }

    /// - Throws: `CredentialError`; the record is to be tried again.
    package func apply(_ change: RowChange) throws(CredentialError) -> Outcome {
        let propagation = PropagationWait(pacing)
        return try propagation.repeating(while: \.isPerhapsPropagation) {
            () throws(CredentialError) in try attempt(change, propagation)
        }
    }

    private func attempt(_ change: RowChange, _ propagation: PropagationWait)
        throws(CredentialError) -> Outcome
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
    ) throws -> Outcome {
        for _ in 0..<4 {
            // After both of these errors the row has changed since it was read: look again.
            do {
                guard let row = try rows.read(username) else {
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
    ) throws -> Outcome {
        let userName =
            row.iamUserName ?? change.oldUserName
            ?? username.iamUserName(createdAt: change.epochSeconds)
        let identity = try identity(userName)
        let retiring =
            row.status == .active ? Set(try rows.retirements(username).map(\.accessKeyID)) : []
        let steps = CredentialPlan.steps(
            for: row, owner: owner(username), identity: identity, retiring: retiring,
            isSettled: isSettled(row, change), boundary: permissionsBoundary)
        let runner = PlanRunner(
            manager: self, propagation: propagation, username: username, userName: userName,
            row: row, identity: identity)
        let outcome = try runner.run(steps)
        // The row was deleted and made again: the user of the earlier row goes.
        if let old = change.oldUserName, old != userName { try removeUser(old, of: username) }
        return outcome
    }

    func owner(_ username: Username) -> Owner {
        Owner(username, environmentName: environmentName)
    }

    /// What IAM holds under the name; nothing where our users have no such names.
    func identity(_ userName: String) throws(AWSError) -> Identity {
        Username.isIAMUserName(userName) ? try identities.identity(userName) : .none
    }

    /// Whether change and row are so old that IAM shows everybody what was done before.
    private func isSettled(_ row: CredentialRow, _ change: RowChange) -> Bool {
        let before = epochSeconds() - CredentialManager.settlingSeconds
        // All times are written in one form, in which the earlier text is the earlier moment.
        return change.epochSeconds < before
            && (row.updatedAt ?? "") < UTCTime(epochSeconds: before).rfc3339
    }

    /// IAM shows a change to everybody within seconds; this is generous.
    static let settlingSeconds = 300

    private func remove(_ username: Username, _ change: RowChange) throws(CredentialError)
        -> Outcome
    {
        let userName =
            change.oldUserName ?? username.iamUserName(createdAt: change.epochSeconds)
        do {
            let isDeleted = try removeUser(userName, of: username)
            for retirement in try rows.retirements(username) {
                try rows.deleteRetirement(username, retirement.accessKeyID)
            }
            return isDeleted ? .deleted : .unchanged
        } catch {
            throw .notDeleted(error)
        }
    }

    /// Whether there was such a user of this credential.
    @discardableResult
    func removeUser(_ userName: String, of username: Username) throws(AWSError) -> Bool {
        let identity = try identity(userName)
        guard let user = identity.user, owner(username).owns(user) else { return false }
        for step in CredentialPlan.removal(of: identity, boundary: permissionsBoundary) {
            switch step {
            case .putBoundary(let arn): try identities.putBoundary(arn, userName)
            case .deleteKey(let id): try identities.deleteKey(id, userName)
            case .deletePolicy(let name): try identities.deletePolicy(name, userName)
            case .deleteUser: try identities.deleteUser(userName)
            default: preconditionFailure("a removal does not \(step)")
            }
        }
        return true
    }

    private func reportIllegalName(_ sortKey: String) throws -> Outcome {
        guard let status = try rows.statusOf(sortKey), status != .error else { return .unchanged }
        let message =
            "the username must be 1 to \(Username.longest) characters of A-Z a-z 0-9 + = , . @ _ -"
        try rows.reportError(sortKey, message, status)
        return .reported(message)
    }

    /// The overlap of an old key is over, or somebody has deleted its timer.
    private func retire(_ key: String, _ username: Username, _ change: RowChange) throws -> Outcome
    {
        // A timer that is there has not ended: the record is about one before it.
        let running = try rows.retirements(username)
        guard !running.contains(RowStore.Retirement(accessKeyID: key)) else { return .unchanged }
        let row = try rows.read(username)
        guard row?.accessKeyID != key else { return .currentKeyKept }
        guard let userName = change.oldUserName ?? row?.iamUserName,
            Username.isIAMUserName(userName), let user = try identities.user(userName),
            owner(username).owns(user)
        else { return .unchanged }
        try identities.deleteKey(key, userName)
        try rows.forgetPreviousKey(username, key)
        return .changed
    }
}

/// The reason why a change must be tried again. Nothing here holds a secret.
package enum CredentialError: Error, Equatable, Sendable, CustomStringConvertible {
    case unavailable(AWSError)
    /// The row is gone, and its user is not.
    case notDeleted(AWSError)
    case rowKeepsChanging
    /// IAM does not show a user or a key that must be there; it may be late.
    case identityNotVisible

    package var description: String {
        switch self {
        case .unavailable(let error), .notDeleted(let error): error.description
        case .rowKeepsChanging: "the row keeps changing"
        case .identityNotVisible: "IAM does not show the user or the key of the row (yet)"
        }
    }
}
