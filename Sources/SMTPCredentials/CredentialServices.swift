package import AWS
package import HTTP

/// All AWS calls of the credential manager and of `smtp reconcile`: DynamoDB, IAM and KMS.
package protocol CredentialServices {
    // MARK: the table
    // Every change keeps to the status that was read: a row that has changed since is not written
    // over, and one that has gone is not brought back.

    func read(_ name: Username) throws(AWSError) -> CredentialRow?
    /// The status of any row: an illegal name has a row too.
    func statusOf(_ sortKey: String) throws(AWSError) -> CredentialRow.Status?
    /// The sort keys of all credentials, with legal names or not.
    func sortKeys() throws(AWSError) -> [String]
    func nameUser(
        _ name: Username, _ iamUserName: String, _ seen: CredentialRow) throws(AWSError)
    func activate(
        _ name: Username, _ issue: IssuedPassword, _ seen: CredentialRow) throws(AWSError)
    /// Stores the new password and starts the timer of the old key, both or none.
    func rotate(
        _ name: Username, _ issue: IssuedPassword, _ old: String, _ seen: CredentialRow
    ) throws(AWSError)
    func reportError(
        _ sortKey: String, _ message: String, _ seen: CredentialRow.Status) throws(AWSError)
    /// The old keys whose timers run. A timer is a row that DynamoDB deletes when the overlap is
    /// over; the stream's record of that ends the key (`CredentialManager.retire`).
    func retirements(_ name: Username) throws(AWSError) -> Set<String>
    func deleteRetirement(_ name: Username, _ accessKeyID: String) throws(AWSError)
    /// Takes the old key out of the row, if the row still names it.
    func forgetPreviousKey(_ name: Username, _ accessKeyID: String) throws(AWSError)

    // MARK: IAM

    func user(_ userName: String) throws(AWSError) -> IAM.User?
    /// All users of the account.
    func userNames() throws(AWSError) -> [String]
    func createUser(
        _ userName: String, _ tags: [(key: String, value: String)], boundary: String?
    ) throws(AWSError)
    func putBoundary(_ arn: String, _ userName: String) throws(AWSError)
    func deleteUser(_ userName: String) throws(AWSError)
    func keys(_ userName: String) throws(AWSError) -> [IAM.AccessKey]
    func createKey(_ userName: String) throws(AWSError) -> (id: String, secret: Secret)
    func setKey(_ id: String, _ userName: String, active: Bool) throws(AWSError)
    func deleteKey(_ id: String, _ userName: String) throws(AWSError)
    func policyNames(_ userName: String) throws(AWSError) -> [String]
    func policy(_ name: String, _ userName: String) throws(AWSError) -> String?
    func putPolicy(_ document: String, _ name: String, _ userName: String) throws(AWSError)
    func deletePolicy(_ name: String, _ userName: String) throws(AWSError)

    // MARK: KMS

    /// Encrypts a password's document; base64.
    func encrypt(_ document: [UInt8]) throws(AWSError) -> String
}

extension CredentialServices {
    /// Everything that IAM holds of one user; nothing if there is no such user.
    func identity(_ userName: String) throws(AWSError) -> Identity {
        guard let user = try user(userName) else { return .none }
        var policies: [String: String] = [:]
        for name in try policyNames(userName) {
            // Gone since the list was made: then it is no policy of the user.
            if let document = try policy(name, userName) { policies[name] = document }
        }
        return Identity(user: user, keys: try keys(userName), policies: policies)
    }
}

/// A new password, as it is stored in the row.
package struct IssuedPassword: Equatable, Sendable {
    let accessKeyID: String
    let encryptedPassword: String
    let iamUserName: String
    let iamUserARN: String
}

extension AWSError {
    /// Whether it is IAM's own answer, and not that of the table or of KMS.
    var isRefusedByIAM: Bool {
        if case .refused(let name, _) = self { name.service == "IAM" } else { false }
    }
}
