package import HTTP
internal import JSON
internal import Text

/// The calls that we make of IAM, a global service that answers in us-east-1
/// (https://docs.aws.amazon.com/IAM/latest/APIReference/). What is gone already is deleted.
package struct IAM {
    private let query: QueryProtocol
    package var endpoint: String { query.endpoint }

    package init(_ session: AWSSession) {
        query = QueryProtocol(
            client: session.client(signingName: "iam", region: "us-east-1"),
            endpoint: session.endpointOverride("IAM") ?? "https://iam.amazonaws.com",
            service: "IAM", version: "2010-05-08")
    }

    package struct User: Equatable, Sendable {
        package let name: String
        package let arn: String
        package let tags: [String: String]
        /// The ARN of the policy beyond which none of the user's policies reaches.
        package let permissionsBoundary: String?

        package init(
            name: String, arn: String, tags: [String: String], permissionsBoundary: String? = nil
        ) {
            self.name = name
            self.arn = arn
            self.tags = tags
            self.permissionsBoundary = permissionsBoundary
        }
    }

    package struct AccessKey: Equatable, Sendable {
        package let id: String
        package let isActive: Bool

        package init(id: String, isActive: Bool) {
            self.id = id
            self.isActive = isActive
        }
    }

    /// The user with its tags, or nil (`GetUser`).
    package func user(_ name: String) throws(AWSError) -> User? {
        try AWSError.orNil("NoSuchEntity") { () throws(AWSError) in
            try user(in: try query.call("GetUser", [("UserName", name)]))
        }
    }

    /// `CreateUser`; a user of that name is `EntityAlreadyExists`.
    package func createUser(
        _ name: String, tags: [(key: String, value: String)], permissionsBoundary: String?
    ) throws(AWSError) -> User {
        var parameters = [(name: "UserName", value: name)]
        if let permissionsBoundary {
            parameters.append(("PermissionsBoundary", permissionsBoundary))
        }
        for (index, tag) in tags.enumerated() {
            parameters.append(("Tags.member.\(index + 1).Key", tag.key))
            parameters.append(("Tags.member.\(index + 1).Value", tag.value))
        }
        return try user(in: try query.call("CreateUser", parameters))
    }

    private func user(in answer: AWSAnswer<[UInt8]>) throws(AWSError) -> User {
        guard let name = answer["UserName"], let arn = answer["Arn"]
        else { throw answer.missing("user") }
        let tagList = XMLText.elements("Tags", in: answer.document, limit: 1).first ?? []
        return User(
            name: name, arn: arn, tags: IAM.tags(in: tagList),
            permissionsBoundary: answer["PermissionsBoundaryArn"])
    }

    private static func tags(in list: [UInt8]) -> [String: String] {
        let pairs = XMLText.elements("member", in: list).compactMap { member in
            XMLText.first("Key", in: member).map { ($0, XMLText.first("Value", in: member) ?? "") }
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    /// `PutUserPermissionsBoundary`, in place of any other that the user has.
    package func putPermissionsBoundary(_ arn: String, of user: String) throws(AWSError) {
        _ = try query.call(
            "PutUserPermissionsBoundary", [("UserName", user), ("PermissionsBoundary", arn)])
    }

    /// The names of all users (`ListUsers`).
    package func userNames() throws(AWSError) -> [String] {
        try pages("ListUsers", []) { XMLText.first("UserName", in: $0) }
    }

    /// The user's access keys, two at most (`ListAccessKeys`).
    package func accessKeys(of user: String) throws(AWSError) -> [AccessKey] {
        try pages("ListAccessKeys", [("UserName", user)]) { member in
            XMLText.first("AccessKeyId", in: member).map {
                AccessKey(id: $0, isActive: XMLText.first("Status", in: member) == "Active")
            }
        }
    }

    /// Creates a key. Only this answer has its secret (`CreateAccessKey`, never repeated blindly).
    package func createAccessKey(for user: String) throws(AWSError) -> (id: String, secret: Secret)
    {
        let answer = try query.call("CreateAccessKey", [("UserName", user)], isRepeatable: false)
        guard let id = answer["AccessKeyId"], let secret = answer["SecretAccessKey"]
        else { throw answer.missing("key") }
        return (id, Secret(secret))
    }

    /// `UpdateAccessKey`
    package func setAccessKey(_ id: String, of user: String, active: Bool) throws(AWSError) {
        _ = try query.call(
            "UpdateAccessKey",
            [
                ("UserName", user), ("AccessKeyId", id), ("Status", active ? "Active" : "Inactive"),
            ])
    }

    /// `DeleteAccessKey`; no key has an id that IAM calls malformed.
    package func deleteAccessKey(_ id: String, of user: String) throws(AWSError) {
        do {
            try delete("DeleteAccessKey", [("UserName", user), ("AccessKeyId", id)])
        } catch  where error.code == "ValidationError" {
            return
        }
    }

    /// `PutUserPolicy`
    package func putPolicy(_ document: String, named name: String, of user: String)
        throws(AWSError)
    {
        _ = try query.call(
            "PutUserPolicy",
            [("UserName", user), ("PolicyName", name), ("PolicyDocument", document)])
    }

    /// The document of a user's inline policy, or nil (`GetUserPolicy`).
    package func policy(named name: String, of user: String) throws(AWSError) -> String? {
        try policy("GetUserPolicy", [("UserName", user), ("PolicyName", name)])
    }

    /// The document of a role's inline policy, or nil (`GetRolePolicy`).
    package func policy(named name: String, ofRole role: String) throws(AWSError) -> String? {
        try policy("GetRolePolicy", [("RoleName", role), ("PolicyName", name)])
    }

    /// IAM answers a document URL-encoded.
    private func policy(
        _ operation: String, _ parameters: [(name: String, value: String)]
    ) throws(AWSError) -> String? {
        do {
            return try query.call(operation, parameters)["PolicyDocument"]
                .map(PercentEncoding.decode)
        } catch  where error.code == "NoSuchEntity" {
            return nil
        }
    }

    /// The names of the user's inline policies (`ListUserPolicies`).
    package func policyNames(of user: String) throws(AWSError) -> [String] {
        try pages("ListUserPolicies", [("UserName", user)]) { XMLText.text($0) }
    }

    /// `DeleteUserPolicy`
    package func deletePolicy(named name: String, of user: String) throws(AWSError) {
        try delete("DeleteUserPolicy", [("UserName", user), ("PolicyName", name)])
    }

    /// `DeleteUser`
    package func deleteUser(_ name: String) throws(AWSError) {
        try delete("DeleteUser", [("UserName", name)])
    }

    private func delete(_ operation: String, _ parameters: [(name: String, value: String)])
        throws(AWSError)
    {
        do {
            _ = try query.call(operation, parameters)
        } catch  where error.code == "NoSuchEntity" {
            return
        }
    }

    /// The members of a list of many pages.
    private func pages<Member>(
        _ operation: String, _ parameters: [(name: String, value: String)],
        member read: ([UInt8]) -> Member?
    ) throws(AWSError) -> [Member] {
        try query.pages(operation, parameters, token: "Marker").all()
            .flatMap { XMLText.elements("member", in: $0.document).compactMap(read) }
    }
}
