import AWS
import Testing

@testable import SMTPCredentials

/// Two carry out the same change at the same time, as the function and `smtp reconcile` may.
struct RaceTests {
    @Test(
        "Wherever a second delivery comes between, one credential is left, as the row says",
        arguments: StepFailureTests.Scenario.allCases)
    func twoDeliveries(scenario: StepFailureTests.Scenario) {
        let undisturbed = scenario.world
        let callsBefore = undisturbed.calls.count
        scenario.happen(in: undisturbed)
        undisturbed.drain()
        let expected = Shape(undisturbed)
        for moment in callsBefore + 1...undisturbed.calls.count {
            let cloud = scenario.world
            cloud.interruption = { [unowned cloud] call, _ in
                guard call == moment else { return }
                // The rival is at the same record, and may find that it has to be tried again.
                _ = try? cloud.manager.apply(cloud.stream[max(0, cloud.delivered - 1)])
            }
            scenario.happen(in: cloud)
            cloud.drain()
            let comment: Comment = "before call \(moment), \(cloud.calls[moment - 1])"
            #expect(cloud.disagreements == [], comment)
            #expect(Shape(cloud) == expected, comment)
            #expect(!cloud.hadUnrestrictedKey, comment)
            #expect(cloud.mostUsers == 1, comment)
        }
    }

    @Test("Of two passwords made at the same time the row holds the first, and its key alone stays")
    func onePassword() {
        for status in ["pending", "active"] {
            let cloud = FakeCloud()
            cloud.put(
                "john", ["status": .string(status), "allowed_from_addresses": FakeCloud.list])
            var winner: AttributeValue?
            cloud.interruption = { [unowned cloud] _, name in
                guard name == "activate", winner == nil else { return }
                winner = .null
                #expect(cloud.deliver(cloud.stream[0]) == .provisioned)
                winner = cloud.row()["encrypted_password"]
            }
            cloud.drain()
            #expect(winner?.string != nil)
            #expect(cloud.row()["encrypted_password"] == winner)
            #expect(cloud.keys.count == 1)
            #expect(cloud.disagreements == [])
        }
    }

    @Test("Of two rotations at the same time one is written, with one timer")
    func oneRotation() {
        let cloud = FakeCloud.withActive()
        let old = cloud.keyID()
        cloud.set("rotate")
        var winner: String?
        cloud.interruption = { [unowned cloud] _, name in
            guard name == "rotate", winner == nil else { return }
            winner = ""
            #expect(cloud.deliver(cloud.stream[cloud.delivered - 1]) == .rotated)
            winner = cloud.keyID()
        }
        cloud.drain()
        #expect(cloud.keyID() == winner)
        #expect(Set(cloud.keys.keys) == Set([old, winner].compactMap { $0 }))
        #expect(cloud.timers("john") == Set([old].compactMap { $0 }))
        #expect(cloud.disagreements == [])
    }

    @Test(
        "A delivery that is overtaken activates no key of a row that was stopped meanwhile",
        arguments: ["disabled", "bad list"])
    func overtaken(stop: String) {
        let cloud = FakeCloud.withActive()
        cloud.set("disabled")
        cloud.drain()
        cloud.set("active")
        cloud.interruption = { [unowned cloud] _, name in
            guard name == "setKey" else { return }
            cloud.interruption = { _, _ in }
            if stop == "disabled" {
                cloud.set("disabled")
            } else {
                cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
            }
            // The later record is delivered and done before the earlier delivery goes on.
            cloud.deliver(cloud.stream[cloud.stream.count - 1])
            cloud.delivered = cloud.stream.count
        }
        cloud.deliver(cloud.stream[cloud.delivered])
        #expect(cloud.keys.map(\.value) == [false])
        #expect(cloud.disagreements == [])
    }
}
