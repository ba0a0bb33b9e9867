package import AWS

/// The user, the keys and the policies that IAM holds for one credential.
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

    /// Those of the keys that IAM does not list, each once.
    func unlisted(_ ids: [String]) -> [String] {
        Set(ids).filter { key($0) == nil }.sorted()
    }
}

/// The owner of an IAM user, as two of its tags name it: an account may hold several environments.
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
