import AWS
import Testing

@testable import SMTPCredentials

/// The row changes between any two calls that a change makes.
struct InterruptionTests {
    enum Interruption: String, CaseIterable {
        case deleted, disabled, pasted, listEdited, listSpoiled, recreated

        func happen(to cloud: FakeCloud) {
            switch self {
            case .deleted: cloud.delete(sortKey: "USER#john")
            case .disabled: cloud.set("disabled")
            case .pasted: cloud.paste(list: FakeCloud.otherList)
            case .listEdited:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
            case .listSpoiled:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
            case .recreated:
                cloud.delete(sortKey: "USER#john")
                cloud.now += 5
                cloud.paste(list: FakeCloud.otherList)
            }
        }
    }

    @Test(
        "Whenever the row changes, IAM ends up as the row says",
        arguments: StepFailureTests.Scenario.allCases, Interruption.allCases)
    func anywhere(scenario: StepFailureTests.Scenario, interruption: Interruption) {
        let undisturbed = scenario.world
        let callsBefore = undisturbed.calls.count
        scenario.happen(in: undisturbed)
        undisturbed.drain()
        for moment in callsBefore + 1...undisturbed.calls.count {
            let cloud = scenario.world
            cloud.interruption = { [unowned cloud] call, _ in
                if call == moment { interruption.happen(to: cloud) }
            }
            scenario.happen(in: cloud)
            cloud.drain()
            let comment: Comment = "before call \(moment), \(cloud.calls[moment - 1])"
            #expect(cloud.disagreements == [], comment)
            #expect(!cloud.hadUnrestrictedKey, comment)
        }
    }

    @Test("A row that is gone when its password is written takes all with it, in the same delivery")
    func goneAtTheWrite() {
        let cloud = FakeCloud()
        cloud.interruption = { [unowned cloud] _, name in
            if name == "activate" { cloud.delete(sortKey: "USER#john") }
        }
        cloud.paste()
        #expect(cloud.deliver(cloud.stream[0]) == .deleted)
        #expect(cloud.users.isEmpty)
        #expect(cloud.rows.isEmpty)
    }

    @Test("A row that is there but not pending at the write loses the new key alone")
    func disabledAtTheWrite() {
        let cloud = FakeCloud()
        cloud.interruption = { [unowned cloud] _, name in
            if name == "activate" { cloud.set("disabled") }
        }
        cloud.paste()
        #expect(cloud.deliver(cloud.stream[0]) == .changed)
        #expect(cloud.user?.keys.isEmpty == true)
        #expect(cloud.user?.policies == [CredentialPlan.policyName: FakeCloud.policy()])
        #expect(cloud.status() == "disabled")
        #expect(cloud.row()["encrypted_password"] == nil)
    }

    @Test("A row that changes at each look fails its record")
    func neverStill() {
        let cloud = FakeCloud()
        var text = 0
        cloud.interruption = { [unowned cloud] _, name in
            guard name == "nameUser" else { return }
            text += 1
            cloud.put("john", ["status": .string(text % 2 == 0 ? "pending" : "active")])
            cloud.change("john", ["allowed_from_addresses": FakeCloud.list])
        }
        cloud.paste()
        #expect(throws: CredentialError.rowKeepsChanging) {
            try cloud.manager.apply(cloud.stream[0])
        }
        #expect(cloud.users.isEmpty)
    }
}
