internal import AWS
internal import HTTP
internal import JSON

/// Performs the steps of a plan, in their order, for one row as it was read.
struct PlanRunner {
    let manager: CredentialManager
    let propagation: PropagationWait
    let username: Username
    let userName: String
    let change: RowChange
    let row: CredentialRow
    let identity: Identity
    /// The keys that exist, perhaps, although IAM does not list them.
    let late: [String]

    private var services: any CredentialServices { manager.services }

    func run(_ steps: [CredentialPlan.Step]) throws -> RowOutcome {
        var outcome: RowOutcome = steps.isEmpty ? .unchanged : .changed
        for step in steps {
            do {
                if let result = try perform(step) { outcome = result }
            } catch let error as AWSError where error.isPermanentRefusal {
                return try giveUp(step, error)
            }
        }
        return outcome
    }

    private func perform(_ step: CredentialPlan.Step) throws -> RowOutcome? {
        switch step {
        case .nameUser:
            try services.nameUser(username, userName, row)
        case .createUser: try createUser()
        case .putBoundary(let arn): try services.putBoundary(arn, userName)
        case .putPolicy(let document):
            try services.putPolicy(document, CredentialPlan.policyName, userName)
        case .issueKey: return try issueKey()
        case .rotateKey(let old): return try rotateKey(old)
        case .setKey(let id, let active):
            try services.setKey(id, userName, active: active)
            // A delivery that was overtaken must not undo what the row says now.
            guard try !active || services.read(username) == row else {
                throw CredentialError.rowKeepsChanging
            }
        case .deleteKey(let id): try deleteKey(id)
        case .deletePolicy(let name): try services.deletePolicy(name, userName)
        case .deleteUser: try services.deleteUser(userName)
        case .reportError(let message):
            try services.reportError("USER#\(username)", message, row.status)
            return .reported(message)
        case .waitForUser: throw CredentialError.identityNotVisible
        }
        return nil
    }

    private func createUser() throws {
        do {
            try services.createUser(
                userName, manager.owner(username).tags, boundary: manager.permissionsBoundary)
        } catch  where error.code == "EntityAlreadyExists" {
            // Created by an earlier try: its keys must be visible before another one is added.
            throw CredentialError.identityNotVisible
        }
    }

    /// Deletes a key that the row did not name when it was read, or names no longer. Another
    /// delivery of the same change may have stored it in the row meanwhile.
    private func deleteKey(_ id: String) throws {
        guard try services.read(username)?.accessKeyID == row.accessKeyID else {
            throw CredentialError.rowKeepsChanging
        }
        try services.deleteKey(id, userName)
    }

    private func issueKey() throws -> RowOutcome {
        let isStored = try store { issue throws(AWSError) in
            try services.activate(username, issue, row)
        }
        if isStored { return .provisioned }
        // If the row is gone, so must the user be. If it changed, that change has its own record.
        if try services.read(username) == nil {
            try manager.removeUser(userName, of: username, after: change)
            return .deleted
        }
        return .changed
    }

    private func rotateKey(_ old: String) throws -> RowOutcome {
        let isStored = try store { issue throws(AWSError) in
            try services.rotate(username, issue, old, row)
        }
        return isStored ? .rotated : .changed
    }

    /// Makes a key and lets `write` put its password into the row; false if the row was no
    /// longer the one that was read. A key that is not in the row is deleted again.
    private func store(_ write: (IssuedPassword) throws(AWSError) -> Void) throws -> Bool {
        let known =
            if let user = identity.user { user as IAM.User? } else { try services.user(userName) }
        guard let user = known else { throw CredentialError.identityNotVisible }
        // IAM may still count a key that was deleted a moment ago.
        let key = try propagation.repeating(while: { $0.code == "LimitExceeded" }) {
            () throws(AWSError) in try services.createKey(userName)
        }
        do {
            try write(try issue(key, of: user))
            return true
        } catch {
            let isConflict = error.isConditionalCheckFailed
            // An answer that was lost may have been a success: the row knows.
            if try services.read(username)?.accessKeyID == key.id { return true }
            try services.deleteKey(key.id, userName)
            if isConflict { return false }
            throw error
        }
    }

    private func issue(
        _ key: (id: String, secret: Secret), of user: IAM.User
    ) throws(AWSError) -> IssuedPassword {
        let password = SMTPPassword.derive(from: key.secret, region: manager.region)
        let document: JSONValue = [
            "access_key_id": .string(key.id), "smtp_password": .string(password.value),
        ]
        return IssuedPassword(
            accessKeyID: key.id, encryptedPassword: try services.encrypt(document.bytes),
            iamUserName: userName, iamUserARN: user.arn)
    }

    /// Reports in the row what IAM will never do for it. A list of senders that IAM does not accept
    /// cannot be enforced, so sending stops.
    private func giveUp(_ step: CredentialPlan.Step, _ error: AWSError) throws
        -> RowOutcome
    {
        var message = "IAM refused with \(error.code ?? "")"
        if case .putPolicy = step {
            let keys = try services.keys(userName)
            for key in keys where key.isActive {
                try services.setKey(key.id, userName, active: false)
            }
            guard late.allSatisfy(keys.map(\.id).contains) else {
                throw CredentialError.identityNotVisible
            }
            message += " the policy of allowed_from_addresses; \(CredentialPlan.sendingHasStopped)"
        }
        try services.reportError("USER#\(username)", message, row.status)
        return .reported(message)
    }
}

extension AWSError {
    /// A limit or an input that no repetition changes
    /// (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html).
    fileprivate var isPermanentRefusal: Bool {
        isRefusedByIAM
            && ["LimitExceeded", "MalformedPolicyDocument", "InvalidInput", "ValidationError"]
                .contains(code)
    }
}
