import AWS
import Testing

@testable import SMTPCredentials

/// The state table: what the row says × what IAM holds → steps.
struct CredentialPlanTests {
    /// One line of the table.
    struct Case: CustomTestStringConvertible {
        let name: String
        let row: SampleRow
        let holds: SampleIdentity
        var retiring: Set<String> = []
        var late: [String] = []
        var isSettled = true
        let steps: [CredentialPlan.Step]

        init(
            _ name: String, _ row: SampleRow, _ holds: SampleIdentity, retiring: Set<String> = [],
            late: [String] = [], isSettled: Bool = true, _ steps: [CredentialPlan.Step]
        ) {
            self.name = name
            self.row = row
            self.holds = holds
            self.retiring = retiring
            self.late = late
            self.isSettled = isSettled
            self.steps = steps
        }

        var testDescription: String { name }
    }

    private static let put = CredentialPlan.Step.putPolicy(FakeCloud.policy())
    private static let stopped =
        "sending has stopped until the list is mended and status set to active"
    private static let malformed =
        "allowed_from_addresses: entry 1 is neither an address nor *@domain nor *"

    @Test(
        "The steps bring IAM to what the row says",
        arguments: pending + active + disabled + rotate + others + boundary)
    func steps(line: Case) {
        let steps = CredentialPlan.steps(
            for: line.row.row, owner: SampleIdentity.owner, identity: line.holds.identity,
            retiring: line.retiring, late: line.late, isSettled: line.isSettled,
            boundary: FakeCloud.boundary)
        #expect(steps == line.steps)
    }

    private static let pending: [Case] = [
        .init("new", .new, .none, [.nameUser, .createUser, put, .issueKey]),
        .init("named, no user", .named, .none, [.createUser, put, .issueKey]),
        .init("named, a user alone", .named, .bare, [put, .issueKey]),
        .init("named, a key is lost", .named, .key, [.deleteKey("K"), .issueKey]),
        .init("pasted", .new, .key, [.nameUser, .deleteKey("K"), .issueKey]),
        .init(
            "again, two keys", .full("pending"), .two,
            [.deleteKey("K"), .deleteKey("X"), .issueKey]),
        .init(
            "again, another policy", .full("pending"), .strange,
            [put, .deletePolicy("Strange"), .deleteKey("K"), .issueKey]),
        .init("bad list, no user", .new.bad, .none, [.reportError(malformed)]),
        .init(
            "bad list, a key", .full("pending").bad, .key,
            [.setKey("K", active: false), .reportError("\(malformed); \(stopped)")]),
        .init(
            "bad list, stopped already", .full("pending").bad, .inactive,
            [.reportError("\(malformed); \(stopped)")]),
        .init(
            "again, late", .full("pending"), .other, late: ["K"],
            [.deleteKey("X"), .deleteKey("K"), .issueKey]),
        .init("bad list, late", .full("pending").bad, .bare, late: ["K"], lateRefusal),
        .init(
            "bad list pasted, late", .new.bad, .bare, late: ["K"], [.nameUser] + lateRefusal),
    ]

    private static let active: [Case] = [
        .init("in use", .full("active"), .key, []),
        .init("in use, IAM unsettled", .full("active"), .key, isSettled: false, []),
        .init("enabled", .full("active"), .inactive, [.setKey("K", active: true)]),
        .init(
            "list edited", .full("active"), .strange, [put, .deletePolicy("Strange")]),
        .init(
            "list edited while disabled", .full("active"), .strangeInactive,
            [put, .deletePolicy("Strange"), .setKey("K", active: true)]),
        .init("overlap", .full("active"), .two, retiring: ["X"], []),
        .init(
            "overlap, enabled", .full("active"), .twoInactive, retiring: ["X"],
            [.setKey("K", active: true), .setKey("X", active: true)]),
        .init("overlap is over", .full("active"), .two, [.deleteKey("X")]),
        .init("overlap is over, late", .full("active"), .key, late: ["X"], [.deleteKey("X")]),
        .init("overlap, late", .full("active"), .key, retiring: ["X"], late: ["X"], []),
        .init("by hand, no password", .named.with("active"), .none, [.createUser, put, .issueKey]),
        .init(
            "no password, a key", .named.with("active"), .key, [.deleteKey("K"), .issueKey]),
        .init("password without its key's id", .unidentified, .key, []),
        .init("bad list", .full("active").bad, .key, refusal),
        .init("bad list, late", .full("active").bad, .bare, late: ["K"], lateRefusal),
        .init("no user, late", .full("active"), .none, isSettled: false, [.waitForUser]),
        .init("no key, late", .full("active"), .bare, isSettled: false, [.waitForUser]),
        .init("no user", .full("active"), .none, [.reportError(noKey)]),
        .init(
            "another key", .full("active"), .other,
            [.setKey("X", active: false), .reportError(noKey)]),
    ]

    private static let refusal: [CredentialPlan.Step] = [
        .setKey("K", active: false), .reportError("\(malformed); \(stopped)"),
    ]
    private static let lateRefusal: [CredentialPlan.Step] = [
        .waitForUser, .reportError("\(malformed); \(stopped)"),
    ]
    private static let noKey =
        "the key of this row is not in IAM: set status=pending for a new one"

    private static let disabled: [Case] = [
        .init("disabled", .full("disabled"), .key, [.setKey("K", active: false)]),
        .init("disabled already", .full("disabled"), .inactive, []),
        .init(
            "disabled in the overlap", .full("disabled"), .two, retiring: ["X"],
            [.setKey("K", active: false), .setKey("X", active: false)]),
        .init(
            "disabled, bad list", .full("disabled").bad, .key, [.setKey("K", active: false)]),
        .init("disabled before it was made", .new.with("disabled"), .none, []),
        .init("disabled, gone", .full("disabled"), .none, []),
        .init("disabled, late", .full("disabled"), .bare, late: ["K"], [.waitForUser]),
        .init(
            "disabled, half of it late", .full("disabled"), .other, late: ["K"],
            [.setKey("X", active: false), .waitForUser]),
    ]

    private static let rotate: [Case] = [
        .init("rotate", .full("rotate"), .key, [.rotateKey(old: "K")]),
        .init(
            "rotate, two keys", .full("rotate"), .two, retiring: ["X"],
            [.deleteKey("X"), .rotateKey(old: "K")]),
        .init(
            "rotate, list edited", .full("rotate"), .strange,
            [put, .deletePolicy("Strange"), .rotateKey(old: "K")]),
        .init("rotate a disabled one", .full("rotate"), .inactive, [.reportError(notActive)]),
        .init("rotate what was never made", .new.with("rotate"), .none, [.reportError(notActive)]),
        .init("rotate half of one", .named.with("rotate"), .key, [.reportError(notActive)]),
        .init("rotate, gone", .full("rotate"), .none, [.reportError(notActive)]),
        .init("rotate, late", .full("rotate"), .bare, late: ["K"], [.waitForUser]),
        .init("rotate, another late", .full("rotate"), .key, late: ["X"], [.rotateKey(old: "K")]),
        .init("rotate, bad list", .full("rotate").bad, .key, refusal),
        .init("rotate, bad list, late", .full("rotate").bad, .bare, late: ["K"], [.waitForUser]),
    ]

    private static let notActive = "only an active credential can be rotated"

    private static let others: [Case] =
        SampleIdentity.allCases.filter { $0 != .foreign && $0 != .unbounded }
        .map { .init("error, \($0)", .full("error"), $0, []) }
        + [
            .init("error, bad list", .full("error").bad, .inactive, []),
            .init(
                "error, bad list, a key", .full("error").bad, .key,
                [.setKey("K", active: false)]),
            .init(
                "error, bad list, late", .full("error").bad, .other, late: ["K"],
                [.setKey("X", active: false), .waitForUser]),
            .init("error, late", .full("error"), .bare, late: ["K"], []),
            .init("error, pasted", .new.with("error"), .key, [.nameUser]),
            .init("error, pasted, bad list", .new.with("error").bad, .key, [.nameUser] + refusal),
            .init("unknown status", .full("actve"), .key, [.reportError(noStatus)]),
            .init(
                "unknown status, bad list", .full("actve").bad, .key,
                [.setKey("K", active: false), .reportError(noStatus)]),
            .init(
                "unknown status, bad list, late", .full("actve").bad, .bare, late: ["K"],
                [.waitForUser, .reportError(noStatus)]),
            .init("no status", .full(nil), .key, [.reportError(noStatus)]),
            .init("foreign, said already", .full("error"), .foreign, []),
            .init("a name of no ours", .full("active").owned(by: "admin"), .none, [foreign]),
            .init("the same, said already", .full("error").owned(by: "admin"), .none, []),
        ]
        + ["pending", "active", "disabled", "rotate", "actve"].map { (status: String) in
            .init("foreign, \(status)", .full(status), .foreign, [foreign])
        }

    private static let enclose = CredentialPlan.Step.putBoundary(FakeCloud.boundary)

    private static let boundary: [Case] = [
        .init("no boundary, in use", .full("active"), .unbounded, [enclose]),
        .init(
            "no boundary, list edited",
            .full("active").with("allowed_from_addresses", FakeCloud.otherList), .unbounded,
            [enclose, .putPolicy(FakeCloud.policy(FakeCloud.otherList))]),
        .init(
            "no boundary, again", .full("pending"), .unbounded,
            [enclose, .deleteKey("K"), .issueKey]),
        .init(
            "no boundary, disabled", .full("disabled"), .unbounded,
            [enclose, .setKey("K", active: false)]),
        .init("no boundary, rotate", .full("rotate"), .unbounded, [enclose, .rotateKey(old: "K")]),
        .init("no boundary, error", .full("error"), .unbounded, [enclose]),
        .init("no boundary, bad list", .full("active").bad, .unbounded, [enclose] + refusal),
        .init(
            "no boundary, pasted", .new, .unbounded,
            [.nameUser, enclose, .deleteKey("K"), .issueKey]),
        .init(
            "no boundary, unknown status", .full("actve"), .unbounded,
            [
                enclose, .reportError(noStatus),
            ]),
    ]

    @Test("Without a boundary to set, no user gets or changes one")
    func noBoundary() {
        for holds in [SampleIdentity.key, .unbounded] {
            let steps = CredentialPlan.steps(
                for: SampleRow.full("active").row, owner: SampleIdentity.owner,
                identity: holds.identity, retiring: [], late: [], isSettled: true, boundary: nil)
            #expect(steps == [])
        }
    }

    private static let noStatus = "status is not one of pending, active, disabled, rotate"
    private static let foreign = CredentialPlan.Step.reportError(
        "iam_user_name is no IAM user of this credential")

    @Test("What is deleted goes in the order that IAM takes: keys, policies, user")
    func removal() {
        let none = SampleIdentity.none.identity
        #expect(CredentialPlan.removal(of: none, late: ["K"], boundary: "b") == [])
        var identity = SampleIdentity.two.identity
        identity.policies["Strange"] = "{}"
        #expect(
            CredentialPlan.removal(of: identity, late: ["L"], boundary: FakeCloud.boundary) == [
                .deleteKey("K"), .deleteKey("X"), .deleteKey("L"),
                .deletePolicy("AllowedFromAddresses"), .deletePolicy("Strange"), .deleteUser,
            ])
        // Without the boundary the role may not delete the policies.
        let unbounded = SampleIdentity.unbounded.identity
        #expect(
            CredentialPlan.removal(of: unbounded, late: [], boundary: FakeCloud.boundary) == [
                Self.enclose, .deleteKey("K"), .deletePolicy("AllowedFromAddresses"), .deleteUser,
            ])
    }
}
