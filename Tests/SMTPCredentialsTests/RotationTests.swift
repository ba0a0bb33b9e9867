import AWS
import Testing

@testable import SMTPCredentials

struct RotationTests {
    @Test("Rotation leaves the old key for seven days, and says so")
    func overlap() {
        let cloud = FakeCloud.withActive()
        let (old, userName) = (cloud.keyID(), cloud.row()["iam_user_name"])
        cloud.set("rotate")
        #expect(cloud.drain() == [.rotated, .unchanged, .unchanged])
        let new = cloud.keyID()
        #expect(cloud.status() == "active")
        #expect(new != old)
        #expect(cloud.keys == [old ?? "": true, new ?? "": true])
        #expect(cloud.row()["previous_access_key_id"]?.string == old)
        #expect(cloud.rows["RETIRE#john#\(old ?? "")"]?["iam_user_name"] == userName)
        #expect(
            cloud.rows["RETIRE#john#\(old ?? "")"]?["expires_at"]
                == .number(cloud.now + 7 * 86_400))
        cloud.delete(sortKey: "RETIRE#john#\(old ?? "")")
        #expect(cloud.drain() == [.changed, .unchanged])
        #expect(cloud.keys == [new ?? "": true])
        #expect(cloud.row()["previous_access_key_id"] == nil)
    }

    @Test("A second rotation cuts the first overlap short")
    func twice() {
        let cloud = FakeCloud.withActive()
        cloud.set("rotate")
        cloud.drain()
        let (first, second) = (cloud.row()["previous_access_key_id"]?.string, cloud.keyID())
        cloud.set("rotate")
        #expect(cloud.drain().first == .rotated)
        #expect(cloud.keys.keys.sorted() == [second, cloud.keyID()].compactMap { $0 }.sorted())
        // The first timer ends for a key that is gone already.
        cloud.delete(sortKey: "RETIRE#john#\(first ?? "")")
        cloud.drain()
        #expect(cloud.keys.count == 2)
        #expect(cloud.disagreements == [])
    }

    @Test("The user's second key of unknown origin goes first")
    func twoKeys() {
        let cloud = FakeCloud.withActive()
        let userName = cloud.row()["iam_user_name"]?.string ?? ""
        cloud.users[userName]?.keys["AKIASTRANGE"] = ("strange", true)
        cloud.set("rotate")
        #expect(cloud.drain().first == .rotated)
        #expect(cloud.keys["AKIASTRANGE"] == nil)
        #expect(cloud.keys.count == 2)
        #expect(cloud.disagreements == [])
    }

    @Test(
        "What is not active is not rotated, and its keys stay as they are",
        arguments: ["disabled", "pending", "error", "broken"])
    func fromOther(status: String) {
        let cloud = FakeCloud.withActive()
        switch status {
        case "disabled": cloud.set("disabled")
        case "error": cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
        case "pending":
            cloud.delete(sortKey: "USER#john")
            cloud.drain()
            cloud.put("john", ["status": .string("pending")])
        default: cloud.change("john", ["access_key_id": .string("AKIANONE")])
        }
        cloud.drain()
        let keys = cloud.keys
        cloud.change("john", ["allowed_from_addresses": FakeCloud.list])
        cloud.drain()
        cloud.now += 3600
        cloud.set("rotate")
        #expect(
            cloud.drain() == [.reported("only an active credential can be rotated"), .unchanged])
        #expect(cloud.keys == keys)
        #expect(cloud.status() == "error")
        #expect(cloud.timers("john").isEmpty)
    }

    @Test("A timer for the key in use ends without an effect, and it is told")
    func timerOfCurrentKey() {
        let cloud = FakeCloud.withActive()
        let sortKey = "RETIRE#john#\(cloud.keyID() ?? "")"
        cloud.write(sortKey, ["iam_user_name": cloud.row()["iam_user_name"] ?? .null])
        #expect(cloud.drain() == [.unchanged])
        cloud.delete(sortKey: sortKey)
        #expect(cloud.drain() == [.currentKeyKept])
        #expect(cloud.disagreements == [])
    }

    @Test("A timer that is written again after it ended has not ended")
    func timerAgain() {
        let cloud = FakeCloud.withActive()
        cloud.set("rotate")
        cloud.drain()
        let sortKey = "RETIRE#john#\(cloud.row()["previous_access_key_id"]?.string ?? "")"
        let timer = cloud.rows[sortKey]
        cloud.delete(sortKey: sortKey)
        cloud.write(sortKey, timer)
        #expect(cloud.drain() == [.unchanged, .unchanged])
        #expect(cloud.keys.count == 2)
    }

    @Test(
        "A timer that names another's user, or no user, deletes nothing",
        arguments: ["admin", "ses-smtp-user-jane-1700003600", "ses-smtp-user-none-1"])
    func foreignTimer(userName: String) {
        let cloud = FakeCloud.withActive()
        cloud.paste("jane")
        cloud.drain()
        cloud.users["admin"] = .init(tags: [:], keys: ["AKIAADMIN": ("root", true)])
        let jane = cloud.keyID("jane") ?? ""
        for key in ["AKIAADMIN", jane] {
            cloud.write("RETIRE#john#\(key)", ["iam_user_name": .string(userName)])
            cloud.delete(sortKey: "RETIRE#john#\(key)")
        }
        cloud.drain()
        #expect(cloud.users["admin"]?.keys.count == 1)
        #expect(cloud.users["ses-smtp-user-jane-1700003600"]?.keys.count == 1)
        #expect(cloud.users.values.flatMap(\.keys.keys).contains(jane))
    }

    @Test("Deleting a credential in its overlap leaves no key, no user and no timer")
    func deletedInOverlap() {
        let cloud = FakeCloud.withActive()
        cloud.set("rotate")
        cloud.drain()
        cloud.delete(sortKey: "USER#john")
        #expect(cloud.drain() == [.deleted, .unchanged])
        #expect(cloud.users.isEmpty)
        #expect(cloud.rows.isEmpty)
    }

    @Test("Disabled and enabled in the overlap, both keys work again")
    func disabledInOverlap() {
        let cloud = FakeCloud.withActive()
        cloud.set("rotate")
        cloud.drain()
        cloud.set("disabled")
        cloud.drain()
        #expect(cloud.keys.map(\.value) == [false, false])
        cloud.set("active")
        cloud.drain()
        #expect(cloud.keys.map(\.value) == [true, true])
        #expect(cloud.disagreements == [])
    }
}
