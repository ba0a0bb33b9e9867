package import AWS
package import HTTP

/// What does IAM hold for one credential?
package struct Identity: Equatable, Sendable {
    package var user: IAM.User?
    package var keys: [IAM.AccessKey]
    /// The inline policies by name.
    package var policies: [String: String]

    package static let none = Identity(user: nil, keys: [], policies: [:])

    package init(user: IAM.User?, keys: [IAM.AccessKey], policies: [String: String]) {
        self.user = user
        self.keys = keys
        self.policies = policies
    }

    package func key(_ id: String?) -> IAM.AccessKey? {
        keys.first { $0.id == id }
    }
}

/// Whose is an IAM user? Two tags say so: an account may hold several environments.
package struct Owner: Equatable, Sendable {
    package let username: Username
    package let environmentName: String

    package init(_ username: Username, environmentName: String) {
        self.username = username
        self.environmentName = environmentName
    }

    package static let usernameTag = "ses-mail:username"
    package static let environmentTag = "Environment"

    package var tags: [(key: String, value: String)] {
        [(Owner.usernameTag, username.tagValue), (Owner.environmentTag, environmentName)]
    }

    package func owns(_ user: IAM.User) -> Bool {
        tags.allSatisfy { user.tags[$0.key] == $0.value }
    }
}

/// What IAM does for us, by the names of what it does.
package struct IdentityStore {
    package var user: (String) throws(AWSError) -> IAM.User?
    package var createUser: (String, [(key: String, value: String)]) throws(AWSError) -> IAM.User
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
        createUser = iam.createUser
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
