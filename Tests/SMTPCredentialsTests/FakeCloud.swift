import AWS
import HTTP
import TestSupport

@testable import SMTPCredentials

/// A table, its stream and an IAM in memory, which fail when they are told to.
final class FakeCloud {
    struct User {
        var tags: [String: String]
        var boundary: String?
        var keys: [String: (secret: String, isActive: Bool)] = [:]
        var policies: [String: String] = [:]
    }

    var table = TableRows(table: FakeCloud.tableName)
    var stream: [RowChange] = []
    /// How many of the stream's records have been taken.
    var delivered = 0
    var users: [String: User] = [:]
    /// Users that IAM does not show yet.
    var invisibleUsers: Set<String> = []
    /// Keys that IAM does not list yet.
    var invisibleKeys: Set<String> = []
    /// Seconds since 1970.
    var now = 1_700_000_000
    /// What each delivery has until its deadline.
    var secondsLeft = 30.0
    /// The last delivery's clock and pauses.
    private(set) var time = FakeTime()
    /// Whether call number N goes wrong, and whether it had its effect all the same.
    var fault: (_ call: Int) -> Fault? = { _ in nil }
    /// What happens in the world just before a call.
    var interruption: (_ call: Int, _ name: String) -> Void = { _, _ in }
    private(set) var calls: [String] = []
    /// Whether at any call a key was there without its policy.
    private(set) var hadUnrestrictedKey = false
    /// What the function was given; nil is a trial without one.
    var boundary: String? = FakeCloud.boundary
    private(set) var mostUsers = 0
    var keyCount = 0

    enum Fault {
        case before(AWSError)
        case after(AWSError)

        static let refused = Fault.before(error("InternalFailure", status: 500))
        static let unanswered = Fault.after(.unanswered(.timedOut(CallName("test", "test"))))
        static let lost = Fault.before(.unanswered(.timedOut(CallName("test", "test"))))
    }

    /// Around every user, as it is deployed.
    static let boundary = "arn:aws:iam::1:policy/ses-mail-smtp-boundary-test"

    /// What stands before an encrypted document.
    static let seal = "sealed:"

    /// What is encrypted for a key.
    static func document(_ id: String, _ secret: String) -> String {
        let password = SMTPPassword.derive(from: Secret(secret), region: "ap-southeast-2").value
        return #"{"access_key_id":"\#(id)","smtp_password":"\#(password)"}"#
    }

    static func error(_ code: String, status: Int = 400, service: String = "IAM") -> AWSError {
        .refused(
            CallName(service, "test"), AWSRefusal(code: code, message: "", status: status))
    }

    /// The function in a new invocation.
    var manager: CredentialManager {
        time = FakeTime(secondsLeft: secondsLeft)
        return CredentialManager(
            FakeServices(cloud: self), region: "ap-southeast-2", environmentName: "test",
            permissionsBoundary: boundary, pacing: time.pacing, epochSeconds: { [self] in now })
    }

    // MARK: what an administrator does

    func put(_ username: String, _ attributes: Item) {
        write("USER#\(username)", attributes)
    }

    func change(_ username: String, _ attributes: Item) {
        guard let row = row(sortKey: "USER#\(username)") else { return }
        write("USER#\(username)", row.merging(attributes) { $1 })
    }

    func delete(sortKey: String) {
        write(sortKey, nil)
    }

    // MARK: faults

    func call<Answer>(_ name: String, _ body: () throws(AWSError) -> Answer)
        throws(AWSError) -> Answer
    {
        calls.append(name)
        interruption(calls.count, name)
        defer { look() }
        switch fault(calls.count) {
        case .before(let error)?: throw error
        case .after(let error)?:
            _ = try body()
            throw error
        case nil: return try body()
        }
    }

    private func look() {
        mostUsers = max(mostUsers, users.count)
        if users.values.contains(where: { !$0.keys.isEmpty && $0.policies.isEmpty }) {
            hadUnrestrictedKey = true
        }
    }
}
