package import AWS
package import HTTP

/// What IAM does for us, by the names of what it does.
package struct IdentityStore {
    package var user: (String) throws(AWSError) -> IAM.User?
    package var createUser:
        (String, [(key: String, value: String)], _ boundary: String?) throws(AWSError) -> IAM.User
    package var putBoundary: (_ arn: String, _ user: String) throws(AWSError) -> Void
    package var deleteUser: (String) throws(AWSError) -> Void
    package var keys: (String) throws(AWSError) -> [IAM.AccessKey]
    package var createKey: (String) throws(AWSError) -> (id: String, secret: Secret)
    package var setKey: (_ id: String, _ user: String, _ active: Bool) throws(AWSError) -> Void
    package var deleteKey: (_ id: String, _ user: String) throws(AWSError) -> Void
    package var policyNames: (String) throws(AWSError) -> [String]
    package var policy: (_ name: String, _ user: String) throws(AWSError) -> String?
    package var putPolicy:
        (_ document: String, _ name: String, _ user: String) throws(AWSError) -> Void
    package var deletePolicy: (_ name: String, _ user: String) throws(AWSError) -> Void
    /// All users of the account.
    package var userNames: () throws(AWSError) -> [String]

    /// All that there is of one user; nothing where there is no such user.
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

extension IdentityStore {
    /// IAM itself.
    package init(_ iam: IAM) {
        user = iam.user
        createUser = { name, tags, boundary throws(AWSError) in
            try iam.createUser(name, tags: tags, permissionsBoundary: boundary)
        }
        putBoundary = { arn, user throws(AWSError) in
            try iam.putPermissionsBoundary(arn, of: user)
        }
        deleteUser = iam.deleteUser
        keys = iam.accessKeys
        createKey = iam.createAccessKey
        setKey = { id, user, active throws(AWSError) in
            try iam.setAccessKey(id, of: user, active: active)
        }
        deleteKey = { id, user throws(AWSError) in try iam.deleteAccessKey(id, of: user) }
        policyNames = iam.policyNames
        policy = { name, user throws(AWSError) in try iam.policy(named: name, of: user) }
        putPolicy = { document, name, user throws(AWSError) in
            try iam.putPolicy(document, named: name, of: user)
        }
        deletePolicy = { name, user throws(AWSError) in
            try iam.deletePolicy(named: name, of: user)
        }
        userNames = iam.userNames
    }
}

extension AWSError {
    /// Whether it is IAM's own answer, and not that of the table or of KMS.
    var isRefusedByIAM: Bool {
        if case .refused(let name, _) = self { name.service == "IAM" } else { false }
    }
}
