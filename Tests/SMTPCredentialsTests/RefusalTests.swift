import AWS
import HTTP
import Testing

@testable import SMTPCredentials

/// What can never succeed is told in the row; what may succeed later fails the record.
struct RefusalTests {
    @Test(
        "A list that cannot be enforced stops a credential, and mending it starts the same one",
        arguments: [FakeCloud.badList, .list([]), .null, .string("*")])
    func badList(list: AttributeValue) {
        let cloud = FakeCloud.withActive()
        let (password, policies) = (cloud.row()["encrypted_password"], cloud.user?.policies)
        cloud.change("john", ["allowed_from_addresses": list])
        guard case .reported(let message)? = cloud.drain().first else {
            Issue.record("nothing was reported")
            return
        }
        #expect(cloud.status() == "error")
        #expect(cloud.row()["error_message"]?.string == message)
        #expect(message.hasSuffix(CredentialPlan.sendingHasStopped))
        #expect(cloud.keys.map(\.value) == [false])
        #expect(cloud.user?.policies == policies)
        cloud.change(
            "john", ["allowed_from_addresses": FakeCloud.list, "status": .string("active")])
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.status() == "active")
        #expect(cloud.row()["encrypted_password"] == password)
    }

    @Test("A row that was never active gets nothing in IAM, and is provisioned when it is mended")
    func neverActive() {
        let cloud = FakeCloud()
        cloud.paste(list: FakeCloud.badList)
        cloud.drain()
        #expect(cloud.users.isEmpty)
        #expect(cloud.status() == "error")
        #expect(cloud.row()["error_message"]?.string?.contains("stopped") == false)
        cloud.change(
            "john", ["allowed_from_addresses": FakeCloud.list, "status": .string("active")])
        cloud.drain()
        #expect(cloud.status() == "active")
        #expect(cloud.disagreements == [])
    }

    @Test(
        "What IAM refuses for good is told in the row",
        arguments: [
            ("createUser", "LimitExceeded"), ("createUser", "ValidationError"),
            ("createUser", "InvalidInput"), ("putPolicy", "LimitExceeded"),
            ("putPolicy", "MalformedPolicyDocument"), ("createKey", "LimitExceeded"),
        ])
    func permanent(call: String, code: String) {
        let cloud = FakeCloud()
        cloud.refuse(call, code)
        cloud.paste()
        guard case .reported(let message)? = cloud.drain().first else {
            Issue.record("nothing was reported")
            return
        }
        #expect(message.hasPrefix("IAM refused with \(code)"))
        #expect(cloud.status() == "error")
        #expect(cloud.row()["error_message"]?.string == message)
        #expect(!cloud.hadUnrestrictedKey)
        #expect(cloud.keys.isEmpty)
        cloud.refuse(nil, "")
        cloud.set("pending")
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.status() == "active")
    }

    @Test(
        "A policy that IAM does not take makes the keys inactive, and its message says so",
        arguments: ["LimitExceeded", "MalformedPolicyDocument"], ["active", "pending", "rotate"])
    func tooLong(code: String, status: String) {
        let cloud = FakeCloud.withActive()
        cloud.refuse("putPolicy", code)
        cloud.change(
            "john",
            ["allowed_from_addresses": FakeCloud.otherList, "status": .string(status)])
        cloud.drain()
        #expect(cloud.status() == "error")
        #expect(
            cloud.row()["error_message"]?.string
                == "IAM refused with \(code) the policy of allowed_from_addresses; "
                + CredentialPlan.sendingHasStopped)
        #expect(cloud.keys.map(\.value) == [false])
        cloud.refuse(nil, "")
        cloud.change(
            "john", ["allowed_from_addresses": FakeCloud.list, "status": .string("active")])
        cloud.drain()
        #expect(cloud.disagreements == [])
    }

    @Test(
        "What IAM, KMS or the table may do later fails the record, and the row stays as it was",
        arguments: [
            "Throttling", "ServiceFailure", "AccessDenied", "ConcurrentModification",
            "EntityTemporarilyUnmodifiable", "KMSInternalException", "TransactionConflict",
        ],
        ["getUser", "createUser", "putPolicy", "createKey", "encrypt", "activate", "read"])
    func transient(code: String, call: String) {
        let cloud = FakeCloud()
        cloud.refuse(call, code, service: call == "encrypt" ? "KMS" : "IAM")
        cloud.paste()
        #expect {
            try cloud.manager.apply(cloud.stream[0])
        } throws: { error in
            guard case .unavailable(let reason)? = error as? CredentialError else { return false }
            return reason.code == code
        }
        #expect(cloud.status() == "pending")
        #expect(cloud.keys.isEmpty)
        cloud.refuse(nil, "")
        cloud.drain()
        #expect(cloud.disagreements == [])
    }

    @Test("A boundary that IAM does not set yet fails the record, and nothing else is changed")
    func boundaryLater() {
        let cloud = FakeCloud.withActive()
        for user in cloud.users.keys { cloud.users[user]?.boundary = nil }
        cloud.refuse("putBoundary", "NoSuchEntity")
        cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
        let policies = cloud.user?.policies
        #expect(throws: CredentialError.self) {
            try cloud.manager.apply(cloud.stream[cloud.delivered])
        }
        #expect(cloud.user?.policies == policies)
        #expect(cloud.status() == "active")
        cloud.refuse(nil, "")
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.user?.boundary == FakeCloud.boundary)
    }

    @Test("Without a boundary to set, users are made without one and left as they are")
    func trial() {
        let cloud = FakeCloud()
        cloud.boundary = nil
        cloud.paste()
        cloud.drain()
        #expect(cloud.status() == "active")
        #expect(cloud.user?.boundary == nil)
        #expect(!cloud.calls.contains("putBoundary"))
    }

    @Test("KMS's words for bad input are no fault of the row")
    func keyOfKMS() {
        let cloud = FakeCloud()
        cloud.refuse("encrypt", "LimitExceeded", service: "KMS")
        cloud.paste()
        #expect(throws: CredentialError.self) { try cloud.manager.apply(cloud.stream[0]) }
        #expect(cloud.status() == "pending")
        #expect(cloud.keys.isEmpty)
    }

    @Test("A deletion that fails says that it was one")
    func notDeleted() {
        let cloud = FakeCloud.withActive()
        cloud.refuse("deleteUser", "DeleteConflict")
        cloud.delete(sortKey: "USER#john")
        #expect(
            throws: CredentialError.notDeleted(FakeCloud.error("DeleteConflict", status: 409))
        ) { try cloud.manager.apply(cloud.stream[cloud.delivered]) }
        cloud.refuse(nil, "")
        #expect(cloud.drain() == [.deleted])
        #expect(cloud.users.isEmpty)
    }

    @Test(
        "An illegal name is told in its row, once, and gets nothing in IAM",
        arguments: ["", "john doe", "a#b", String(repeating: "x", count: 40), "jöhn"],
        ["pending", "active", "disabled", "rotate", "odd", nil])
    func illegalName(name: String, status: String?) {
        let cloud = FakeCloud()
        cloud.put(
            name,
            [
                "allowed_from_addresses": FakeCloud.list,
                "status": status.map { .string($0) } ?? .null,
            ])
        let message =
            "the username must be 1 to 39 characters of A-Z a-z 0-9 + = , . @ _ -"
        #expect(cloud.drain() == [.reported(message), .unchanged])
        #expect(cloud.status(name) == "error")
        #expect(cloud.row(name)["error_message"]?.string == message)
        #expect(cloud.users.isEmpty)
        cloud.delete(sortKey: "USER#\(name)")
        #expect(cloud.drain() == [.unchanged])
    }

    @Test("A name at its longest, with commas, lives and dies")
    func longestName() {
        let name = String(repeating: "a,", count: 19) + "b"
        let cloud = FakeCloud()
        cloud.paste(name)
        cloud.drain()
        #expect(cloud.users.keys.first?.utf8.count == 64)
        #expect(
            cloud.user?.tags["ses-mail:username"]
                == String(repeating: "a:", count: 19) + "b")
        cloud.delete(sortKey: "USER#\(name)")
        cloud.drain()
        #expect(cloud.users.isEmpty)
    }

    @Test("A row that names somebody else's user is told so, once, and that user is left alone")
    func foreignUser() {
        for name in ["admin", "ses-smtp-user-jane-1700000000", "ses-smtp-user-\u{301}"] {
            let cloud = FakeCloud.withActive("jane")
            cloud.users["admin"] = .init(tags: [:], keys: ["AKIAADMIN": ("root", true)])
            for status in ["active", "pending", "disabled", "rotate"] {
                cloud.put(
                    "john",
                    [
                        "status": .string(status), "allowed_from_addresses": FakeCloud.list,
                        "iam_user_name": .string(name), "encrypted_password": .string("sealed"),
                        "access_key_id": .string("AKIAADMIN"),
                    ])
                cloud.drain()
                #expect(cloud.status() == "error", "\(name)")
                cloud.delete(sortKey: "USER#john")
                cloud.drain()
            }
            #expect(cloud.users["admin"]?.keys.count == 1)
            #expect(cloud.users["ses-smtp-user-jane-1700000000"]?.keys.count == 1)
        }
    }
}

extension FakeCloud {
    /// From now on each call of that name is refused so; nil ends it.
    func refuse(_ name: String?, _ code: String, service: String = "IAM") {
        fault = { [unowned self] _ in
            calls.last == name ? .before(FakeCloud.error(code, status: 409, service: service)) : nil
        }
    }
}
