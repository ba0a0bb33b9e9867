import AWS
import Testing

@testable import SMTPCredentials

/// Records that were lost altogether.
struct ReconciliationTests {
    /// A change whose records never came.
    enum Loss: String, CaseIterable {
        case created, disabled, listEdited, rotated, deleted, pasted, timerEnded, deletedInOverlap
        case spoiled, remade
        /// The user is older than the boundary, and no record ever came.
        case unbounded, unboundedDeleted, unboundedDisabled

        var world: FakeCloud {
            let cloud = self == .created ? FakeCloud() : .withActive()
            if self == .timerEnded || self == .deletedInOverlap {
                cloud.set("rotate")
                cloud.drain()
            }
            switch self {
            case .created, .pasted: cloud.paste(list: FakeCloud.otherList)
            case .disabled: cloud.set("disabled")
            case .listEdited:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.otherList])
            case .rotated: cloud.set("rotate")
            case .deleted, .deletedInOverlap: cloud.delete(sortKey: "USER#john")
            case .timerEnded:
                cloud.delete(sortKey: "RETIRE#john#\(cloud.timers("john").first ?? "")")
            case .spoiled:
                cloud.change("john", ["allowed_from_addresses": FakeCloud.badList])
            case .remade:
                cloud.delete(sortKey: "USER#john")
                cloud.paste()
            case .unbounded: break
            case .unboundedDeleted: cloud.delete(sortKey: "USER#john")
            case .unboundedDisabled: cloud.set("disabled")
            }
            if rawValue.hasPrefix("unbounded") {
                for user in cloud.users.keys { cloud.users[user]?.boundary = nil }
            }
            cloud.delivered = cloud.stream.count
            cloud.now += 90_000
            return cloud
        }
    }

    @Test("What a lost record was about is found, looked at, and mended", arguments: Loss.allCases)
    func lost(loss: Loss) throws {
        let cloud = loss.world
        let reconciliation = Reconciliation(cloud.manager)
        let (rows, users) = (cloud.rows, Shape(cloud))
        let findings = try reconciliation.findings()
        #expect(!findings.isEmpty)
        #expect(cloud.rows == rows)
        #expect(Shape(cloud) == users)
        #expect(cloud.stream.count == cloud.delivered)
        for finding in findings { _ = try reconciliation.mend(finding) }
        #expect(cloud.disagreements == [])
        #expect(try reconciliation.findings() == [])
        #expect(!cloud.hadUnrestrictedKey)
        #expect(cloud.rows.keys.filter { $0.hasPrefix("RETIRE#") }.count <= 1)
        // What it wrote comes by the stream too, and changes nothing.
        cloud.drain()
        #expect(cloud.disagreements == [])
    }

    @Test("The findings name the steps")
    func words() throws {
        let john = try #require(Username("john"))
        let disabled = Loss.disabled.world
        #expect(
            try Reconciliation(disabled.manager).findings() == [
                .row(john, [.setKey(disabled.keyID() ?? "", active: false)])
            ])
        let deleted = Loss.deleted.world
        #expect(
            try Reconciliation(deleted.manager).findings() == [
                .orphan(userName: "ses-smtp-user-john-1700000000", john)
            ])
    }

    @Test("Where rows and IAM agree there is nothing to find")
    func agreement() throws {
        let cloud = FakeCloud.withActive()
        cloud.paste("jane,x")
        cloud.paste("spoiled", list: FakeCloud.badList)
        cloud.put("bad name", ["status": .string("pending")])
        cloud.drain()
        cloud.now += 3600
        #expect(try Reconciliation(cloud.manager).findings() == [])
    }

    @Test("Another environment's users, and strangers', are not looked at")
    func others() throws {
        let cloud = FakeCloud.withActive()
        cloud.users["admin"] = .init(tags: ["Environment": "test"])
        cloud.users["ses-smtp-user-john-1"] = .init(
            tags: ["ses-mail:username": "john", "Environment": "prod"])
        #expect(try Reconciliation(cloud.manager).findings() == [])
    }

    @Test("A user without a name's tag is shown and left alone")
    func untagged() throws {
        let cloud = FakeCloud()
        cloud.users["ses-smtp-user-x-1"] = .init(tags: ["Environment": "test"])
        let reconciliation = Reconciliation(cloud.manager)
        let finding = Reconciliation.Finding.orphan(userName: "ses-smtp-user-x-1", nil)
        #expect(try reconciliation.findings() == [finding])
        #expect(try reconciliation.mend(finding) == .unchanged)
        #expect(cloud.users.count == 1)
    }

    @Test("A comma in an orphan's name is known from its tag")
    func comma() throws {
        let cloud = FakeCloud.withActive("a,b")
        cloud.delete(sortKey: "USER#a,b")
        let reconciliation = Reconciliation(cloud.manager)
        for finding in try reconciliation.findings() {
            #expect(try reconciliation.mend(finding) == .deleted)
        }
        #expect(cloud.users.isEmpty)
    }

    @Test("A row with an illegal name whose record was lost is told")
    func illegalName() throws {
        let cloud = FakeCloud()
        cloud.put("bad name", ["status": .string("pending")])
        let reconciliation = Reconciliation(cloud.manager)
        let finding = Reconciliation.Finding.illegalUsername(sortKey: "USER#bad name")
        #expect(try reconciliation.findings() == [finding])
        _ = try reconciliation.mend(finding)
        #expect(cloud.status("bad name") == "error")
        #expect(try reconciliation.findings() == [])
    }

    @Test("A user that a row names by the time of mending stays")
    func namedMeanwhile() throws {
        let cloud = Loss.pasted.world
        let reconciliation = Reconciliation(cloud.manager)
        let findings = try reconciliation.findings()
        // The record comes after all, and the row takes its old user on.
        cloud.deliver(cloud.stream[cloud.delivered - 1])
        let shape = Shape(cloud)
        for finding in findings.reversed() { _ = try reconciliation.mend(finding) }
        #expect(Shape(cloud) == shape)
        #expect(cloud.disagreements == [])
    }

    @Test("A look that fails says why")
    func unavailable() {
        let cloud = FakeCloud.withActive()
        cloud.refuse("userNames", "AccessDenied")
        #expect(
            throws: CredentialError.unavailable(FakeCloud.error("AccessDenied", status: 409))
        ) { try Reconciliation(cloud.manager).findings() }
    }
}
