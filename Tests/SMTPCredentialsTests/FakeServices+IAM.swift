import AWS
import HTTP

@testable import SMTPCredentials

/// IAM: what is not there is `NoSuchEntity`, a user has two keys at most and no user with keys is
/// deleted. The role may make users under the boundary only, and write policies of such users only.
extension FakeServices {
    private func visible(_ name: String) -> FakeCloud.User? {
        cloud.invisibleUsers.contains(name) ? nil : cloud.users[name]
    }

    private func existing(_ name: String) throws(AWSError) -> FakeCloud.User {
        guard let user = visible(name) else { throw FakeCloud.error("NoSuchEntity", status: 404) }
        return user
    }

    private func checkBoundary(_ userBoundary: String?) throws(AWSError) {
        if let boundary = cloud.boundary, userBoundary != boundary {
            throw FakeCloud.error("AccessDenied", status: 403)
        }
    }

    func user(_ name: String) throws(AWSError) -> IAM.User? {
        try cloud.call("getUser") {
            visible(name).map {
                IAM.User(
                    name: name, arn: "arn:\(name)", tags: $0.tags,
                    permissionsBoundary: $0.boundary)
            }
        }
    }

    func userNames() throws(AWSError) -> [String] {
        try cloud.call("userNames") { cloud.users.keys.sorted() }
    }

    func createUser(
        _ name: String, _ tags: [(key: String, value: String)], boundary: String?
    ) throws(AWSError) {
        try cloud.call("createUser") { () throws(AWSError) in
            try checkBoundary(boundary)
            guard cloud.users[name] == nil else { throw FakeCloud.error("EntityAlreadyExists") }
            cloud.users[name] = FakeCloud.User(
                tags: Dictionary(tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
                boundary: boundary)
        }
    }

    func putBoundary(_ arn: String, _ name: String) throws(AWSError) {
        try cloud.call("putBoundary") { () throws(AWSError) in
            _ = try existing(name)
            cloud.users[name]?.boundary = arn
        }
    }

    func deleteUser(_ name: String) throws(AWSError) {
        try cloud.call("deleteUser") { () throws(AWSError) in
            guard let user = cloud.users[name] else { return }
            guard user.keys.isEmpty, user.policies.isEmpty else {
                throw FakeCloud.error("DeleteConflict", status: 409)
            }
            cloud.users[name] = nil
        }
    }

    func keys(_ name: String) throws(AWSError) -> [IAM.AccessKey] {
        try cloud.call("keys") { () throws(AWSError) in
            try existing(name).keys.filter { !cloud.invisibleKeys.contains($0.key) }
                .sorted { $0.key < $1.key }
                .map { IAM.AccessKey(id: $0.key, isActive: $0.value.isActive) }
        }
    }

    func createKey(_ name: String) throws(AWSError) -> (id: String, secret: Secret) {
        try cloud.call("createKey") { () throws(AWSError) in
            guard try existing(name).keys.count < 2 else {
                throw FakeCloud.error("LimitExceeded", status: 409)
            }
            cloud.keyCount += 1
            let id = "AKIA\(String(1000 + cloud.keyCount))"
            cloud.users[name]?.keys[id] = ("secret of \(id)", true)
            return (id, Secret("secret of \(id)"))
        }
    }

    func setKey(_ id: String, _ name: String, active: Bool) throws(AWSError) {
        try cloud.call("setKey") { () throws(AWSError) in
            guard try existing(name).keys[id] != nil else {
                throw FakeCloud.error("NoSuchEntity", status: 404)
            }
            cloud.users[name]?.keys[id]?.isActive = active
        }
    }

    func deleteKey(_ id: String, _ name: String) throws(AWSError) {
        try cloud.call("deleteKey") { cloud.users[name]?.keys[id] = nil }
    }

    func policyNames(_ name: String) throws(AWSError) -> [String] {
        try cloud.call("policyNames") { () throws(AWSError) in
            try existing(name).policies.keys.sorted()
        }
    }

    func policy(_ policy: String, _ name: String) throws(AWSError) -> String? {
        try cloud.call("policy") { cloud.users[name]?.policies[policy] }
    }

    func putPolicy(_ document: String, _ policy: String, _ name: String) throws(AWSError) {
        try cloud.call("putPolicy") { () throws(AWSError) in
            try checkBoundary(try existing(name).boundary)
            cloud.users[name]?.policies[policy] = document
        }
    }

    func deletePolicy(_ policy: String, _ name: String) throws(AWSError) {
        try cloud.call("deletePolicy") { () throws(AWSError) in
            guard let user = cloud.users[name] else { return }
            try checkBoundary(user.boundary)
            cloud.users[name]?.policies[policy] = nil
        }
    }
}
