import AWS
import Testing

@testable import SMTPCredentials

/// Each call that a change makes fails once, in each way, and the change is tried again.
struct StepFailureTests {
    /// What an administrator, or the time, does to John's credential.
    enum Scenario: String, CaseIterable {
        case create, handMade, editList, disable, enable, rotate, rotateTwice, timerEnds, delete
        case paste, reissue, refuse, mend, editWhileDisabled, recreate
        case enclose, encloseAndDelete

        /// The world before the change.
        var world: FakeCloud {
            switch self {
            case .create, .handMade: return FakeCloud()
            case .editList, .disable, .rotate, .delete, .paste, .reissue, .refuse, .recreate:
                return .withActive()
            case .enclose, .encloseAndDelete:
                let cloud = FakeCloud.withActive()
                for user in cloud.users.keys { cloud.users[user]?.boundary = nil }
                return cloud
            case .enable, .editWhileDisabled: return world(after: ["disabled"])
            case .rotateTwice, .timerEnds: return world(after: ["rotate"])
            case .mend:
                let cloud = FakeCloud.withActive()
                cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
                cloud.drain()
                return cloud
            }
        }

        private func world(after statuses: [String]) -> FakeCloud {
            let cloud = FakeCloud.withActive()
            for status in statuses {
                cloud.set(status)
                cloud.drain()
                cloud.now += 3600
            }
            return cloud
        }

        func happen(in cloud: FakeCloud) {
            switch self {
            case .create: cloud.paste()
            case .handMade:
                cloud.put(
                    "john",
                    ["status": .string("active"), "allowed_from_addresses": FakeCloud.list])
            case .editList: cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
            case .disable: cloud.set("disabled")
            case .enable: cloud.set("active")
            case .rotate, .rotateTwice: cloud.set("rotate")
            case .timerEnds:
                let timer = cloud.timers("john").first ?? ""
                cloud.delete(sortKey: "RETIRE#john#\(timer)")
            case .enclose: cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
            case .encloseAndDelete: cloud.delete(sortKey: "USER#john")
            case .delete: cloud.delete(sortKey: "USER#john")
            case .paste: cloud.paste(list: FakeCloud.otherList)
            case .reissue: cloud.set("pending")
            case .refuse: cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
            case .mend:
                cloud.change(
                    "john",
                    ["allowed_from_addresses": FakeCloud.list, "status": .string("active")])
            case .editWhileDisabled:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
                cloud.set("active")
            case .recreate:
                cloud.delete(sortKey: "USER#john")
                cloud.now += 60
                cloud.paste()
            }
        }
    }

    static let faults: [(String, FakeCloud.Fault)] = [
        ("refused", .refused), ("lost", .lost), ("unanswered", .unanswered),
    ]

    @Test("Whichever call fails, it ends as if none had", arguments: Scenario.allCases)
    func each(scenario: Scenario) {
        let undisturbed = scenario.world
        let callsBefore = undisturbed.calls.count
        scenario.happen(in: undisturbed)
        undisturbed.drain()
        #expect(undisturbed.disagreements == [])
        let expected = Shape(undisturbed)
        for (name, fault) in StepFailureTests.faults {
            for failing in callsBefore + 1...undisturbed.calls.count {
                let cloud = scenario.world
                cloud.fault = { $0 == failing ? fault : nil }
                scenario.happen(in: cloud)
                cloud.drain()
                let comment: Comment = "\(cloud.calls[failing - 1]) \(name), call \(failing)"
                #expect(cloud.disagreements == [], comment)
                #expect(Shape(cloud) == expected, comment)
                #expect(!cloud.hadUnrestrictedKey, comment)
                #expect(cloud.mostUsers == 1, comment)
            }
        }
    }

    @Test("Whichever two calls fail, one after the other, it ends so too")
    func pairs() {
        for scenario in [Scenario.create, .rotate, .paste, .delete] {
            let undisturbed = scenario.world
            let callsBefore = undisturbed.calls.count
            scenario.happen(in: undisturbed)
            undisturbed.drain()
            for first in callsBefore + 1...undisturbed.calls.count {
                for distance in 1...8 {
                    let cloud = scenario.world
                    cloud.fault = {
                        $0 == first ? .unanswered : $0 == first + distance ? .refused : nil
                    }
                    scenario.happen(in: cloud)
                    cloud.drain()
                    let comment: Comment = "\(scenario), calls \(first) and \(first + distance)"
                    #expect(cloud.disagreements == [], comment)
                    #expect(Shape(cloud) == Shape(undisturbed), comment)
                    #expect(!cloud.hadUnrestrictedKey, comment)
                }
            }
        }
    }
}

/// A world without what is different each time: the ids of keys and the times.
struct Shape: Equatable {
    let rows: [String: [String: String]]
    let policies: [String: [String: String]]
    /// How many keys of each user are active, and how many are not.
    let keys: [String: [Int]]

    init(_ cloud: FakeCloud) {
        let told: Set<String> = ["status", "error_message", "iam_user_name", "iam_user_arn"]
        rows = Dictionary(
            cloud.rows.map { sortKey, item in
                (
                    sortKey.hasPrefix("RETIRE#") ? "RETIRE" : sortKey,
                    item.filter { told.contains($0.key) }.compactMapValues(\.string)
                )
            }, uniquingKeysWith: { $1 })
        policies = cloud.users.mapValues(\.policies)
        keys = cloud.users.mapValues { user in
            [user.keys.values.count { $0.isActive }, user.keys.values.count { !$0.isActive }]
        }
    }
}
