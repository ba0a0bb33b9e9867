package import HTTP

/// The keys that sign requests. Lambda hands them to a function, and they do not change while it
/// lives.
package struct Credentials: Equatable, Sendable {
    package let accessKeyID: String
    package let secretAccessKey: Secret
    /// Present for a role's credentials; it is signed like any other header.
    package let sessionToken: Secret?

    package init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}
