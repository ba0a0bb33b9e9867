import AWS
import TestSupport
import Testing

@testable import SMTPCredentials

/// What IAM answers in the seconds in which it spreads a change is waited for, eight seconds in all
/// and never beyond the invocation's deadline.
struct PropagationTests {
    private static let pauses = [0.5, 0.5, 1, 2, 4]

    /// A change, the call that is refused while it is carried out, and after which call.
    enum Moment: String, CaseIterable {
        case getUser, putPolicy, createKey, policyNames, keys, policy, setKey, deleteKey
        case deletePolicy, deleteUser

        /// The world before the change, and the change.
        var world: FakeCloud {
            let cloud: FakeCloud
            switch self {
            case .getUser, .putPolicy, .createKey:
                cloud = FakeCloud()
                cloud.paste()
            case .policyNames, .keys, .policy, .setKey:
                cloud = FakeCloud.withActive()
                cloud.set("disabled")
            case .deleteKey, .deletePolicy, .deleteUser:
                cloud = FakeCloud.withActive()
                cloud.delete(sortKey: "USER#john")
            }
            return cloud
        }
    }

    @Test(
        "A user or tag that IAM does not know everywhere yet is waited for in the same delivery",
        arguments: ["NoSuchEntity", "AccessDenied"], Moment.allCases)
    func spreading(code: String, moment: Moment) throws {
        for refusals in 1...5 {
            let cloud = moment.world
            cloud.refuse(moment.rawValue, code, times: refusals)
            #expect(try cloud.manager.apply(cloud.stream[cloud.delivered]) != .unchanged)
            #expect(cloud.time.pauses == Array(Self.pauses.prefix(refusals)), "\(refusals)")
            cloud.delivered += 1
            cloud.drain()
            #expect(cloud.disagreements == [])
            #expect(cloud.mostUsers == 1)
            #expect(!cloud.hadUnrestrictedKey)
        }
    }

    @Test(
        "What IAM denies for more than eight seconds fails the record, after a last look",
        arguments: ["NoSuchEntity", "AccessDenied"], Moment.allCases)
    func denied(code: String, moment: Moment) {
        let cloud = moment.world
        let row = cloud.row()
        cloud.refuse(moment.rawValue, code)
        let error = #expect(throws: CredentialError.self) {
            try cloud.manager.apply(cloud.stream[cloud.delivered])
        }
        let refusal = FakeCloud.error(code, status: 409)
        #expect(error == .unavailable(refusal) || error == .notDeleted(refusal))
        #expect(cloud.time.pauses == Self.pauses)
        #expect(cloud.time.pauses.reduce(0, +) == 8)
        #expect(cloud.calls.last == moment.rawValue)
        #expect(cloud.row()["status"] == row["status"])
    }

    @Test("Other refusals and other services' denials are not waited for")
    func others() {
        for (call, code, service) in [
            ("putPolicy", "ServiceFailure", "IAM"), ("encrypt", "AccessDenied", "KMS"),
            ("read", "AccessDenied", "DynamoDB"), ("createUser", "LimitExceeded", "IAM"),
            ("putPolicy", "LimitExceeded", "IAM"),
        ] {
            let cloud = FakeCloud()
            cloud.refuse(call, code, service: service)
            cloud.paste()
            // What is refused for good is no error of the record.
            _ = try? cloud.manager.apply(cloud.stream[0])
            #expect(cloud.time.pauses.isEmpty, "\(service) \(call) \(code)")
        }
    }

    @Test("All waits of a delivery together are eight seconds, whatever they are for")
    func together() {
        let cloud = FakeCloud()
        cloud.paste()
        var denied = 0
        cloud.fault = { [unowned cloud] _ in
            switch cloud.calls.last {
            case "putPolicy" where denied < 3:
                denied += 1
                return .before(FakeCloud.error("AccessDenied", status: 403))
            case "createKey": return .before(FakeCloud.error("NoSuchEntity", status: 404))
            default: return nil
            }
        }
        #expect(throws: CredentialError.self) { try cloud.manager.apply(cloud.stream[0]) }
        #expect(cloud.time.pauses == Self.pauses)
    }

    @Test(
        "No wait ends less than a second before the deadline",
        arguments: [
            (30.0, pauses), (9.1, pauses), (9, [0.5, 0.5, 1, 2]), (2, [0.5]), (1.5, []), (-1, []),
        ] as [(Double, [Double])])
    func deadline(secondsLeft: Double, expected: [Double]) {
        let denied = FakeCloud()
        denied.refuse("putPolicy", "AccessDenied")
        let unseen = FakeCloud()
        unseen.interruption = { [unowned unseen] _, _ in
            unseen.invisibleUsers = Set(unseen.users.keys)
        }
        let counted = FakeCloud()
        counted.refuse("createKey", "LimitExceeded")
        for cloud in [denied, unseen, counted] {
            cloud.secondsLeft = secondsLeft
            cloud.paste()
            // One of the three ends with an error in the row.
            _ = try? cloud.manager.apply(cloud.stream[0])
            #expect(cloud.time.pauses == expected)
        }
    }

    @Test("A limit that still counts a key just deleted is waited for", arguments: 1...5)
    func limit(refusals: Int) throws {
        for status in ["pending", "rotate"] {
            let cloud = FakeCloud.withActive()
            cloud.set("rotate")
            cloud.drain()
            cloud.now += 3600
            // Two keys are there: at least one is deleted before the new one.
            cloud.set(status)
            cloud.refuse("createKey", "LimitExceeded", times: refusals)
            let outcome = try cloud.manager.apply(cloud.stream[cloud.delivered])
            #expect(outcome == (status == "rotate" ? .rotated : .provisioned))
            #expect(cloud.time.pauses == Array(Self.pauses.prefix(refusals)))
            cloud.delivered += 1
            cloud.drain()
            #expect(cloud.status() == "active")
            #expect(cloud.disagreements == [])
        }
    }

    @Test("A limit that lasts longer than eight seconds is reported in the row")
    func permanentLimit() throws {
        let cloud = FakeCloud()
        cloud.refuse("createKey", "LimitExceeded")
        cloud.paste()
        let message = "IAM refused with LimitExceeded"
        #expect(try cloud.manager.apply(cloud.stream[0]) == .reported(message))
        #expect(cloud.time.pauses == Self.pauses)
        #expect(cloud.status() == "error")
    }

    @Test("A user that is shown only once it has been asked for keeps none of its lost keys")
    func hiddenUser() {
        let cloud = FakeCloud()
        cloud.paste()
        cloud.users[Self.userName] = .init(
            tags: ["ses-mail:username": "john", "Environment": "test"],
            keys: ["AKIALOST1": ("lost", true), "AKIALOST2": ("lost", true)])
        hideUntilCreateUser(cloud)
        cloud.drain()
        #expect(cloud.status() == "active")
        #expect(cloud.keys.count == 1)
        #expect(cloud.disagreements == [])
    }

    @Test(
        "Another environment's user of the same name gets no key, though it is shown late",
        arguments: [nil, FakeCloud.boundary])
    func hiddenForeignUser(boundary: String?) {
        let cloud = FakeCloud()
        cloud.paste()
        let tags = ["ses-mail:username": "john", "Environment": "prod"]
        cloud.users[Self.userName] = .init(
            tags: tags, boundary: boundary, keys: ["AKIAPROD": ("theirs", true)])
        hideUntilCreateUser(cloud)
        cloud.drain()
        #expect(cloud.status() == "error")
        let message = "iam_user_name is no IAM user of this credential"
        #expect(cloud.row()["error_message"]?.string == message)
        #expect(cloud.user?.tags == tags)
        #expect(cloud.keys == ["AKIAPROD": true])
        #expect(cloud.user?.policies == [:])
    }

    /// The name that John's user has when his row is made at the world's first second.
    private static let userName = "ses-smtp-user-john-1700000000"

    private func hideUntilCreateUser(_ cloud: FakeCloud) {
        cloud.invisibleUsers = [Self.userName]
        cloud.interruption = { [unowned cloud] _, name in
            if name == "createUser" { cloud.invisibleUsers = [] }
        }
    }
}

extension FakeCloud {
    /// The next calls of that name are refused so.
    fileprivate func refuse(_ name: String, _ code: String, times: Int) {
        var left = times
        fault = { [unowned self] _ in
            guard calls.last == name, left > 0 else { return nil }
            left -= 1
            return .before(FakeCloud.error(code, status: 409))
        }
    }
}
