import AWS
import HTTP

@testable import SMTPCredentials

/// IAM: what is not there is `NoSuchEntity`, a user has two keys at most and no user with keys is
/// deleted. The role may make users under the boundary only, and write policies of such users only.
extension FakeCloud {
    private func visible(_ name: String) -> User? {
        invisibleUsers.contains(name) ? nil : users[name]
    }

    private func existing(_ name: String) throws(AWSError) -> User {
        guard let user = visible(name) else { throw FakeCloud.error("NoSuchEntity", status: 404) }
        return user
    }

    private func checkBoundary(_ userBoundary: String?) throws(AWSError) {
        if let boundary, userBoundary != boundary {
            throw FakeCloud.error("AccessDenied", status: 403)
        }
    }

    var identityStore: IdentityStore {
        IdentityStore(
            user: { [self] name throws(AWSError) in
                try call("getUser") {
                    visible(name).map {
                        IAM.User(
                            name: name, arn: "arn:\(name)", tags: $0.tags,
                            permissionsBoundary: $0.boundary)
                    }
                }
            },
            createUser: { [self] name, tags, userBoundary throws(AWSError) in
                try call("createUser") { () throws(AWSError) in
                    try checkBoundary(userBoundary)
                    guard users[name] == nil else { throw FakeCloud.error("EntityAlreadyExists") }
                    users[name] = User(
                        tags: Dictionary(tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
                        boundary: userBoundary)
                    return IAM.User(name: name, arn: "arn:\(name)", tags: [:])
                }
            },
            putBoundary: { [self] arn, name throws(AWSError) in
                try call("putBoundary") { () throws(AWSError) in
                    _ = try existing(name)
                    users[name]?.boundary = arn
                }
            },
            deleteUser: { [self] name throws(AWSError) in
                try call("deleteUser") { () throws(AWSError) in
                    guard let user = users[name] else { return }
                    guard user.keys.isEmpty, user.policies.isEmpty else {
                        throw FakeCloud.error("DeleteConflict", status: 409)
                    }
                    users[name] = nil
                }
            },
            keys: { [self] name throws(AWSError) in
                try call("keys") { () throws(AWSError) in
                    try existing(name).keys.filter { !invisibleKeys.contains($0.key) }
                        .sorted { $0.key < $1.key }
                        .map { IAM.AccessKey(id: $0.key, isActive: $0.value.isActive) }
                }
            },
            createKey: { [self] name throws(AWSError) in
                try call("createKey") { () throws(AWSError) in
                    guard try existing(name).keys.count < 2 else {
                        throw FakeCloud.error("LimitExceeded", status: 409)
                    }
                    keyCount += 1
                    let id = "AKIA\(String(1000 + keyCount))"
                    users[name]?.keys[id] = ("secret of \(id)", true)
                    return (id, Secret("secret of \(id)"))
                }
            },
            setKey: { [self] id, name, active throws(AWSError) in
                try call("setKey") { () throws(AWSError) in
                    guard try existing(name).keys[id] != nil else {
                        throw FakeCloud.error("NoSuchEntity", status: 404)
                    }
                    users[name]?.keys[id]?.isActive = active
                }
            },
            deleteKey: { [self] id, name throws(AWSError) in
                try call("deleteKey") { users[name]?.keys[id] = nil }
            },
            policyNames: { [self] name throws(AWSError) in
                try call("policyNames") { () throws(AWSError) in
                    try existing(name).policies.keys.sorted()
                }
            },
            policy: { [self] policy, name throws(AWSError) in
                try call("policy") { users[name]?.policies[policy] }
            },
            putPolicy: { [self] document, policy, name throws(AWSError) in
                try call("putPolicy") { () throws(AWSError) in
                    try checkBoundary(try existing(name).boundary)
                    users[name]?.policies[policy] = document
                }
            },
            deletePolicy: { [self] policy, name throws(AWSError) in
                try call("deletePolicy") { () throws(AWSError) in
                    guard let user = users[name] else { return }
                    try checkBoundary(user.boundary)
                    users[name]?.policies[policy] = nil
                }
            },
            userNames: { [self] () throws(AWSError) in
                try call("userNames") { users.keys.sorted() }
            })
    }
}
