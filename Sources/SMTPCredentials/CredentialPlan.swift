internal import AWS

/// The steps that bring IAM to the state that a row demands. Pure: from the row as it is now and
/// from IAM's state to a list of steps, each of which does no harm when it is done twice.
///
/// A user that does not belong to the credential is reported and left alone, whatever the status.
/// Otherwise a row without a user's name gets it back, and the user gets the permissions boundary.
/// Then:
///
/// | status | where | steps |
/// |---|---|---|
/// | `pending` | | provision |
/// | `active` | the row has no password | provision |
/// | `active` | IAM has the row's key | policy; delete all but retiring keys; activate these |
/// | `active` | it has not, unsettled | wait |
/// | `active` | it has not, settled | deactivate; report |
/// | `disabled` | | deactivate; wait for late keys |
/// | `rotate` | the row's key is late | wait |
/// | `rotate` | the row's key is active | policy; delete other keys; a new key beside the old |
/// | `rotate` | neither | report, keys untouched |
/// | `error` | the senders fit into a policy | nothing: an administrator decides |
/// | `error` | they do not | deactivate; wait for late keys |
/// | any other | | report, after the same if the senders do not fit |
///
/// To provision means: add the name, the user and the policy if they are missing, delete all keys
/// and issue one. A late key is deleted like the others, by its id. If the senders do not fit into
/// a policy, provisioning, `active` and `rotate` deactivate all keys, wait for late ones and report
/// instead. A change is settled when it is so old that everything done before it is visible
/// everywhere in IAM. A key is late when the row or the change names it, IAM does not list it and
/// the change is not settled.
package enum CredentialPlan {
    package enum Step: Equatable, Sendable {
        /// Writes the IAM user's name into the row, if the row has not changed.
        case nameUser
        case createUser
        /// Brings a user that was made without it under the permissions boundary.
        case putBoundary(String)
        case putPolicy(String)
        /// A new key, its password in the row, `status=active`.
        case issueKey
        /// The same beside the old key, with a timer for that one.
        case rotateKey(old: String)
        case setKey(String, active: Bool)
        case deleteKey(String)
        case deletePolicy(String)
        case deleteUser
        /// `status=error`, with words for the administrator.
        case reportError(String)
        /// IAM does not show a user or a key that must exist: it may only be late.
        case waitForUser
    }

    package static let policyName = "AllowedFromAddresses"

    /// The steps for a row that is there.
    /// - Parameters:
    ///   - retiring: the old keys that still have a timer.
    ///   - late: the keys that exist, perhaps, although IAM does not list them.
    ///   - isSettled: whether the change is so old that IAM shows all that was done before it.
    ///   - boundary: the ARN of the permissions boundary that every user must have; nil if none.
    package static func steps(
        for row: CredentialRow, owner: Owner, identity: Identity, retiring: Set<String>,
        late: [String], isSettled: Bool, boundary: String?
    ) -> [Step] {
        if isForeign(row, identity, owner) {
            // Report once only: the message changes the row and would come back by the stream.
            return row.status == .error
                ? [] : [.reportError("iam_user_name is no IAM user of this credential")]
        }
        // A new row pasted over an old one drops iam_user_name. Without it nobody would find this
        // user again.
        let isAdopted = row.iamUserName == nil && identity.user != nil
        let first = (isAdopted ? [.nameUser] : []) + boundarySteps(identity, boundary)
        if isAdopted && row.status == .error && !row.isEnforceable {
            // The message was written before this user was known: sending has stopped, too.
            return first + refuse(row, identity, late)
        }
        return first + statusSteps(row, identity, retiring, late, isSettled)
    }

    /// Before everything else: without the boundary the function may not write a user's policy.
    private static func boundarySteps(_ identity: Identity, _ boundary: String?) -> [Step] {
        guard let boundary, let user = identity.user, user.permissionsBoundary != boundary else {
            return []
        }
        return [.putBoundary(boundary)]
    }

    private static func statusSteps(
        _ row: CredentialRow, _ identity: Identity, _ retiring: Set<String>, _ late: [String],
        _ isSettled: Bool
    ) -> [Step] {
        switch row.status {
        case .pending: return provision(row, identity, late)
        case .active where !row.hasPassword: return provision(row, identity, late)
        case .active: return keepActive(row, identity, retiring, late, isSettled)
        case .disabled: return stop(identity, late)
        case .rotate: return rotate(row, identity, late)
        case .error: return row.isEnforceable ? [] : stop(identity, late)
        case .unknown:
            return (row.isEnforceable ? [] : stop(identity, late))
                + [.reportError("status is not one of pending, active, disabled, rotate")]
        }
    }

    private static func isForeign(_ row: CredentialRow, _ identity: Identity, _ owner: Owner)
        -> Bool
    {
        if let name = row.iamUserName, !Username.isIAMUserName(name) { return true }
        return identity.user.map { !owner.owns($0) } ?? false
    }

    /// The steps for a row that is gone, or for a user that no row names any more.
    package static func removal(of identity: Identity, late: [String], boundary: String?) -> [Step]
    {
        guard identity.user != nil else { return [] }
        return (identity.policies.isEmpty ? [] : boundarySteps(identity, boundary))
            + deleteKeys(identity, late)
            + identity.policies.keys.sorted().map { .deletePolicy($0) } + [.deleteUser]
    }

    /// Policy before key. A key from an earlier try is lost: nobody stored its secret.
    private static func provision(
        _ row: CredentialRow, _ identity: Identity, _ late: [String]
    ) -> [Step] {
        guard case .success(let senders) = row.senders else { return refuse(row, identity, late) }
        var steps: [Step] = []
        if identity.user == nil {
            // The name goes into the row first: a user that no row names could not be found again.
            if row.iamUserName == nil { steps.append(.nameUser) }
            steps.append(.createUser)
        }
        steps += policySteps(senders, identity)
        return steps + deleteKeys(identity, late) + [.issueKey]
    }

    private static func deleteKeys(_ identity: Identity, _ late: [String]) -> [Step] {
        (identity.keys.map(\.id) + late).map { .deleteKey($0) }
    }

    private static func keepActive(
        _ row: CredentialRow, _ identity: Identity, _ retiring: Set<String>, _ late: [String],
        _ isSettled: Bool
    ) -> [Step] {
        guard case .success(let senders) = row.senders else { return refuse(row, identity, late) }
        guard identity.user != nil, let current = row.accessKeyID ?? onlyKey(identity),
            identity.key(current) != nil
        else {
            let words = "the key of this row is not in IAM: set status=pending for a new one"
            return isSettled ? deactivate(identity) + [.reportError(words)] : [.waitForUser]
        }
        var steps = policySteps(senders, identity)
        for key in identity.keys {
            if key.id != current && !retiring.contains(key.id) {
                steps.append(.deleteKey(key.id))
            } else if !key.isActive {
                steps.append(.setKey(key.id, active: true))
            }
        }
        return steps
            + late.filter { $0 != current && !retiring.contains($0) }.map { .deleteKey($0) }
    }

    /// The old key stays for the overlap. A second one, whose secret nobody stored or whose overlap
    /// is cut short, goes first: IAM takes two.
    private static func rotate(
        _ row: CredentialRow, _ identity: Identity, _ late: [String]
    ) -> [Step] {
        if let current = row.accessKeyID, late.contains(current) { return [.waitForUser] }
        guard let current = row.accessKeyID, row.hasPassword,
            identity.key(current)?.isActive == true
        else {
            return [.reportError("only an active credential can be rotated")]
        }
        guard case .success(let senders) = row.senders else { return refuse(row, identity, late) }
        return policySteps(senders, identity)
            + identity.keys.filter { $0.id != current }.map { .deleteKey($0.id) }
            + [.rotateKey(old: current)]
    }

    /// A list that cannot be enforced gets no key, and stops the ones that there are.
    private static func refuse(
        _ row: CredentialRow, _ identity: Identity, _ late: [String]
    ) -> [Step] {
        guard case .failure(let error) = row.senders else { return [] }
        let consequence = identity.user == nil ? "" : "; \(sendingHasStopped)"
        return stop(identity, late) + [.reportError("\(error)\(consequence)")]
    }

    static let sendingHasStopped =
        "sending has stopped until the list is mended and status set to active"

    /// Nothing counts as stopped while a key may still be shown.
    private static func stop(_ identity: Identity, _ late: [String]) -> [Step] {
        deactivate(identity) + (late.isEmpty ? [] : [.waitForUser])
    }

    private static func deactivate(_ identity: Identity) -> [Step] {
        identity.keys.filter(\.isActive).map { .setKey($0.id, active: false) }
    }

    /// The one policy that a user has; any other would let it do more.
    private static func policySteps(_ senders: SenderList, _ identity: Identity) -> [Step] {
        let strange = identity.policies.keys.filter { $0 != policyName }.sorted()
        let isUpToDate = identity.policies[policyName] == senders.policy
        return (isUpToDate ? [] : [.putPolicy(senders.policy)]) + strange.map { .deletePolicy($0) }
    }

    private static func onlyKey(_ identity: Identity) -> String? {
        identity.keys.count == 1 ? identity.keys.first?.id : nil
    }
}
