import AWS
import TestSupport
import Testing

@testable import SMTPCredentials

/// A record says which row; whenever and however often it comes does no harm.
struct DeliveryTests {
    /// A life with everything in it, up to its end or not.
    private func life(isDeleted: Bool) -> FakeCloud {
        let cloud = FakeCloud.withActive()
        let changes: [(FakeCloud) -> Void] = [
            { $0.change("john", ["description": .string("other")]) },
            { $0.change("john", ["allowed_from_addresses": FakeCloud.otherList]) },
            { $0.set("disabled") }, { $0.set("active") }, { $0.set("rotate") }, { $0.paste() },
            { $0.set("rotate") }, { $0.delete(sortKey: "USER#john") }, { $0.paste() },
            { $0.set("rotate") },
        ]
        for change in changes {
            change(cloud)
            cloud.drain()
            cloud.now += 1000
        }
        if isDeleted {
            cloud.delete(sortKey: "USER#john")
            cloud.drain()
        }
        return cloud
    }

    @Test("Each record again, late, backwards or in any order, changes nothing")
    func again() {
        for isDeleted in [false, true] {
            let cloud = life(isDeleted: isDeleted)
            let (rows, users) = (cloud.rows, cloud.users.mapValues { $0.keys.mapValues(\.secret) })
            #expect(cloud.disagreements == [])
            #expect(cloud.users.isEmpty == isDeleted)
            let records = cloud.stream
            var random = SeededGenerator(seed: 11)
            for order in [
                records, records.reversed(), records.shuffled(using: &random),
                records.shuffled(using: &random),
            ] {
                for record in order { cloud.deliver(record) }
                #expect(cloud.rows == rows)
                #expect(cloud.users.mapValues { $0.keys.mapValues(\.secret) } == users)
                #expect(cloud.stream.count == records.count)
            }
        }
    }

    @Test("Records that come only after all changes, in any order, end where they would have")
    func late() {
        for seed: UInt64 in 1...200 {
            var random = SeededGenerator(seed: seed)
            let cloud = FakeCloud.withActive()
            cloud.set("disabled")
            cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
            cloud.set("active")
            cloud.set("rotate")
            if seed % 2 == 0 { cloud.delete(sortKey: "USER#john") }
            if seed % 3 == 0 { cloud.paste() }
            for record in cloud.stream[cloud.delivered...].shuffled(using: &random) {
                cloud.deliver(record)
            }
            cloud.delivered = cloud.stream.count
            #expect(cloud.disagreements == [], "seed \(seed)")
        }
    }

    @Test("One record of several that were skipped is enough")
    func skipped() {
        let cloud = FakeCloud.withActive()
        cloud.set("disabled")
        cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
        cloud.delivered = cloud.stream.count - 1
        cloud.drain()
        #expect(cloud.keys.values.allSatisfy { !$0 })
        #expect(cloud.disagreements == [])
    }

    @Test("A list edited while disabled counts when enabled, before the key does")
    func editedWhileDisabled() {
        let cloud = FakeCloud.withActive()
        let password = cloud.row()["encrypted_password"]
        cloud.set("disabled")
        cloud.drain()
        #expect(cloud.keys.map(\.value) == [false])
        cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
        cloud.drain()
        #expect(cloud.user?.policies == [CredentialPlan.policyName: FakeCloud.policy()])
        cloud.set("active")
        cloud.drain()
        let (put, set) = (
            cloud.calls.lastIndex(of: "putPolicy"), cloud.calls.lastIndex(of: "setKey")
        )
        #expect((put ?? .max) < (set ?? .min))
        #expect(cloud.disagreements == [])
        #expect(cloud.row()["encrypted_password"] == password)
    }

    @Test("The reference's put-item pasted again over an active row keeps the user, not the key")
    func pasted() {
        let cloud = FakeCloud.withActive()
        let (userName, key) = (cloud.row()["iam_user_name"], cloud.keyID())
        cloud.paste()
        #expect(cloud.drain().first == .provisioned)
        #expect(cloud.row()["iam_user_name"] == userName)
        #expect(cloud.keyID() != key)
        #expect(cloud.keys.count == 1)
        #expect(cloud.disagreements == [])
    }

    // A history of 500 changes found this: the record of the name's own writing knows no user.
    @Test("A bad list pasted over an active row stops its key, whichever record comes first")
    func pastedBadList() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.now += 5
        cloud.deliver(cloud.stream[0])
        cloud.now += 60
        cloud.paste(list: FakeCloud.badList)
        cloud.delivered = 1
        cloud.drain()
        #expect(cloud.disagreements == [])
        #expect(cloud.keys.map(\.value) == [false])
        #expect(
            cloud.row()["error_message"]?.string?.hasSuffix(CredentialPlan.sendingHasStopped)
                == true)
    }

    @Test("Our own writes, and a description edited, change nothing")
    func unchanged() {
        let cloud = FakeCloud()
        cloud.paste()
        #expect(cloud.drain() == [.provisioned, .unchanged, .unchanged])
        cloud.change("john", ["description": .string("Jane's brother")])
        #expect(cloud.drain() == [.unchanged])
    }

    @Test("What was given to a row stays in it when it is deleted and made again at once")
    func madeAgain() {
        let cloud = FakeCloud.withActive()
        let key = cloud.keyID()
        cloud.delete(sortKey: "USER#john")
        cloud.paste(list: FakeCloud.otherList)
        cloud.drain()
        #expect(cloud.keyID() != key)
        #expect(cloud.users.count == 1)
        #expect(cloud.disagreements == [])
    }

    @Test("A row that was deleted before anything was made leaves nothing and is no deletion")
    func neverMade() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.delete(sortKey: "USER#john")
        #expect(cloud.drain() == [.unchanged, .unchanged])
        #expect(cloud.users.isEmpty)
    }
}
