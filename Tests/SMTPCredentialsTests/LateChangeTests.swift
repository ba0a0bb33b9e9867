import AWS
import Testing

@testable import SMTPCredentials

/// A row that changes again within the seconds in which IAM does not show what was made for it.
struct LateChangeTests {
    /// A change that ends the key, by a row that names it or does not.
    enum End: String, CaseIterable {
        case listSpoiled, badListPasted, disabledPasted, oddStatusPasted, badListPastedWithKey
        case badListPastedWithOtherKey, refusedByIAM

        func happen(to cloud: FakeCloud) {
            switch self {
            case .listSpoiled:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
            case .badListPasted: cloud.paste(list: FakeCloud.badList)
            case .disabledPasted: paste("disabled", FakeCloud.list, nil, cloud)
            case .oddStatusPasted: paste("on", FakeCloud.badList, nil, cloud)
            case .badListPastedWithKey:
                paste("active", FakeCloud.badList, cloud.keyID(), cloud)
            case .badListPastedWithOtherKey:
                paste("active", FakeCloud.badList, "AKIAOTHER", cloud)
            case .refusedByIAM:
                cloud.refuse("putPolicy", "MalformedPolicyDocument")
                cloud.change(
                    "john",
                    [
                        "allowed_from_addresses": FakeCloud.otherList, "status": .string("pending"),
                    ])
            }
        }

        private func paste(
            _ status: String, _ list: AttributeValue, _ key: String?, _ cloud: FakeCloud
        ) {
            var row: Item = ["status": .string(status), "allowed_from_addresses": list]
            row["access_key_id"] = key.map { .string($0) }
            cloud.put("john", row)
        }
    }

    @Test(
        "A key that IAM lists only later is ended all the same, and the row says so no earlier",
        arguments: End.allCases, [5, 40, 200])
    func lateKey(end: End, seconds: Int) {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.deliver(cloud.stream[0])
        let key = cloud.keyID() ?? ""
        cloud.hideKeys(forSeconds: seconds)
        end.happen(to: cloud)
        cloud.delivered = 1
        cloud.drain()
        #expect(cloud.keys[key] == false)
        #expect(cloud.disagreements == [])
        #expect(cloud.status() == (end == .disabledPasted ? "disabled" : "error"))
        #expect(!cloud.hadUnrestrictedKey)
    }

    @Test("While a key may still come, the row with a bad list waits and is not called stopped")
    func waiting() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.deliver(cloud.stream[0])
        cloud.hideKeys(forSeconds: 100)
        cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
        #expect(throws: CredentialError.identityNotVisible) {
            try cloud.manager.apply(cloud.stream[cloud.stream.count - 1])
        }
        #expect(cloud.status() == "active")
    }

    @Test(
        "A key that IAM lists only later is deleted where another takes its place, or none",
        arguments: ["deleted", "pending", "pasted"], [5, 40, 200])
    func deletedKey(change: String, seconds: Int) {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.deliver(cloud.stream[0])
        let key = cloud.keyID() ?? ""
        cloud.hideKeys(forSeconds: seconds)
        switch change {
        case "deleted": cloud.delete(sortKey: "USER#john")
        case "pending": cloud.set("pending")
        default: cloud.paste(list: FakeCloud.otherList)
        }
        cloud.delivered = 1
        cloud.drain()
        #expect(cloud.keys[key] == nil)
        #expect(cloud.disagreements == [])
    }

    @Test("A key that never comes does not hold up the stream for ever")
    func keyThatNeverComes() {
        let cloud = FakeCloud.withActive()
        cloud.users = cloud.users.mapValues { user in
            var user = user
            user.keys = [:]
            return user
        }
        let start = cloud.now
        cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
        cloud.drain()
        #expect(cloud.status() == "error")
        // Once for the change, and once for the report.
        #expect((600...640).contains(cloud.now - start))
    }

    @Test(
        "A user that IAM shows only after its row was changed is neither forgotten nor left behind",
        arguments: [5, 40, 200],
        ["deleted", "pasted and deleted", "made again", "bad list pasted", "disabled pasted"])
    func lateUser(seconds: Int, change: String) {
        let cloud = FakeCloud()
        cloud.paste()
        // The process ends after it has made the user.
        cloud.fault = { [unowned cloud] _ in cloud.calls.last == "putPolicy" ? .lost : nil }
        #expect(throws: CredentialError.self) { try cloud.manager.apply(cloud.stream[0]) }
        cloud.fault = { _ in nil }
        let userName = cloud.row()["iam_user_name"]?.string ?? ""
        #expect(cloud.users.keys.sorted() == [userName])
        cloud.hideUsers(forSeconds: seconds)
        cloud.now += 1
        switch change {
        case "bad list pasted": cloud.paste(list: FakeCloud.badList)
        case "disabled pasted": End.disabledPasted.happen(to: cloud)
        default:
            if change == "pasted and deleted" { cloud.paste() }
            cloud.delete(sortKey: "USER#john")
            cloud.now += 1
            if change == "made again" { cloud.paste() }
        }
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.users.count == (change.hasSuffix("deleted") ? 0 : 1))
    }

    @Test("A user that was named and never made is waited for until all has settled, and no longer")
    func userThatNeverWasMade() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.fault = { [unowned cloud] _ in cloud.calls.last == "createUser" ? .lost : nil }
        #expect(throws: CredentialError.self) { try cloud.manager.apply(cloud.stream[0]) }
        cloud.fault = { _ in nil }
        cloud.delete(sortKey: "USER#john")
        let start = cloud.now
        #expect(throws: CredentialError.deletedUserNotVisible) {
            try cloud.manager.apply(cloud.stream[cloud.stream.count - 1])
        }
        cloud.drain()
        #expect(cloud.users.isEmpty)
        #expect((300...320).contains(cloud.now - start))
    }

    @Test("A deletion that comes again does not wait for a user that was in use for long")
    func deletedAgain() throws {
        let cloud = FakeCloud.withActive()
        cloud.delete(sortKey: "USER#john")
        #expect(try cloud.manager.apply(cloud.stream[cloud.delivered]) == .deleted)
        #expect(try cloud.manager.apply(cloud.stream[cloud.delivered]) == .unchanged)
    }

    @Test("The timer of an old key that is deleted while IAM does not show its user ends that key")
    func lateTimer() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.drain()
        let old = cloud.keyID() ?? ""
        cloud.set("rotate")
        cloud.drain()
        cloud.hideUsers(forSeconds: 40)
        cloud.delete(sortKey: "RETIRE#john#\(old)")
        cloud.drain()
        #expect(cloud.keys[old] == nil)
        #expect(cloud.disagreements == [])
    }
}

extension FakeCloud {
    /// Hides the keys that there are for some of the stream's time.
    fileprivate func hideKeys(forSeconds seconds: Int) {
        hide(forSeconds: seconds) { $0.invisibleKeys = $1 ? Set($0.keys.keys) : [] }
    }

    /// The same for the users.
    fileprivate func hideUsers(forSeconds seconds: Int) {
        hide(forSeconds: seconds) { $0.invisibleUsers = $1 ? Set($0.users.keys) : [] }
    }

    private func hide(forSeconds seconds: Int, _ hide: @escaping (FakeCloud, Bool) -> Void) {
        let end = now + seconds
        hide(self, true)
        interruption = { [unowned self] _, _ in
            if now >= end {
                hide(self, false)
                interruption = { _, _ in }
            }
        }
    }
}
