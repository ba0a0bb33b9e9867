import AWS
import Testing

@testable import SMTPCredentials

/// IAM shows a new user or key to everybody only after seconds.
struct VisibilityTests {
    @Test("A user that is shown late is provisioned in the same delivery", arguments: 1...25)
    func lateUser(calls: Int) {
        let cloud = FakeCloud()
        hide(in: cloud, for: calls, after: "createUser") { cloud in
            cloud.invisibleUsers = Set(cloud.users.keys)
        }
        cloud.paste()
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.mostUsers == 1)
        #expect(!cloud.hadUnrestrictedKey)
    }

    @Test(
        "A key that is listed late is neither missing nor forgotten",
        arguments: 1...30, ["active", "disabled", "rotate", "pending", "deleted"])
    func lateKey(calls: Int, then status: String) {
        let cloud = FakeCloud()
        hide(in: cloud, for: calls, after: "createKey") { cloud in
            cloud.invisibleKeys = Set(cloud.users.values.flatMap(\.keys.keys))
        }
        cloud.paste()
        cloud.deliver(cloud.stream[0])
        if status == "deleted" {
            cloud.delete(sortKey: "USER#john")
        } else {
            cloud.set(status)
        }
        cloud.delivered = 1
        cloud.drain()
        #expect(cloud.disagreements == [])
        let expected = ["disabled": "disabled", "deleted": nil][status] ?? "active"
        #expect(cloud.status() == expected)
    }

    @Test("An old record soon after a new key does not call it missing")
    func backlog() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.change("john", ["description": .string("edited while the function was down")])
        cloud.now += 3600
        cloud.deliver(cloud.stream[0])
        cloud.invisibleKeys = Set(cloud.users.values.flatMap(\.keys.keys))
        #expect(throws: CredentialError.identityNotVisible) {
            try cloud.manager.apply(cloud.stream[1])
        }
        cloud.invisibleKeys = []
        cloud.delivered = 1
        cloud.drain()
        #expect(cloud.status() == "active")
        #expect(cloud.disagreements == [])
    }

    @Test("A key that never comes is told in the row when all has settled")
    func missing() {
        let cloud = FakeCloud.withActive()
        let userName = cloud.row()["iam_user_name"]?.string ?? ""
        cloud.users[userName]?.keys = [:]
        cloud.change("john", ["description": .string("edited")])
        #expect(throws: CredentialError.identityNotVisible) {
            try cloud.manager.apply(cloud.stream[cloud.delivered])
        }
        #expect(cloud.status() == "active")
        cloud.drain()
        #expect(cloud.status() == "error")
        cloud.set("pending")
        cloud.drain()
        #expect(cloud.disagreements == [])
    }

    /// Hides what there is after the call of that name, for as many calls.
    private func hide(
        in cloud: FakeCloud, for calls: Int, after name: String,
        _ hide: @escaping (FakeCloud) -> Void
    ) {
        var left: Int?
        cloud.interruption = { [unowned cloud] _, _ in
            if left == nil, cloud.calls.dropLast().last == name { left = calls }
            guard let remaining = left else { return }
            hide(cloud)
            left = remaining - 1
            if remaining <= 0 {
                (cloud.invisibleUsers, cloud.invisibleKeys) = ([], [])
                cloud.interruption = { _, _ in }
            }
        }
    }
}
