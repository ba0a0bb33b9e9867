import AWS
import HTTP

@testable import SMTPCredentials

/// A table, its stream and an IAM in memory, which fail when they are told to.
final class FakeCloud {
    struct User {
        var tags: [String: String]
        var keys: [String: (secret: String, isActive: Bool)] = [:]
        var policies: [String: String] = [:]
    }

    private(set) var rows: [String: Item] = [:]
    private(set) var stream: [RowChange] = []
    var users: [String: User] = [:]
    /// Seconds since 1970.
    var now = 1_700_000_000
    /// Whether call number N goes wrong, and whether it had its effect all the same.
    var fault: (_ call: Int) -> Fault? = { _ in nil }
    private(set) var calls: [String] = []
    private var keyCount = 0

    enum Fault {
        case before(AWSError)
        case after(AWSError)

        static let refused = Fault.before(error("InternalFailure", status: 500))
        static let unanswered = Fault.after(.unanswered(.timedOut(CallName("test", "test"))))
        static let lost = Fault.before(.unanswered(.timedOut(CallName("test", "test"))))
    }

    static func error(_ code: String, status: Int = 400, service: String = "IAM") -> AWSError {
        .refused(
            CallName(service, "test"), AWSRefusal(code: code, message: "", status: status))
    }

    var manager: CredentialManager {
        CredentialManager(
            rows: rowStore, identities: identityStore,
            encrypt: { [self] document throws(AWSError) in
                try call("encrypt") { "sealed:" + String(decoding: document, as: UTF8.self) }
            },
            region: "ap-southeast-2", environmentName: "test",
            pacing: Pacing(secondsLeft: { 30 }, sleep: { _ in }),
            epochSeconds: { [self] in now })
    }

    // MARK: what an administrator does

    func put(_ username: String, _ attributes: Item) {
        write("USER#\(username)", attributes)
    }

    func change(_ username: String, _ attributes: Item) {
        guard let row = rows["USER#\(username)"] else { return }
        write("USER#\(username)", row.merging(attributes) { $1 })
    }

    func delete(sortKey: String) {
        guard rows[sortKey] != nil else { return }
        write(sortKey, nil)
    }

    private func write(_ sortKey: String, _ item: Item?) {
        let old = rows[sortKey]
        guard old != item else { return }
        rows[sortKey] = item
        let change = RowChange(
            keys: ["PK": .string("SMTP_USER"), "SK": .string(sortKey)], oldImage: old,
            epochSeconds: now)
        if let change { stream.append(change) }
    }

    // MARK: faults

    private func call<Answer>(_ name: String, _ body: () throws(AWSError) -> Answer)
        throws(AWSError) -> Answer
    {
        calls.append(name)
        switch fault(calls.count) {
        case .before(let error)?: throw error
        case .after(let error)?:
            _ = try body()
            throw error
        case nil: return try body()
        }
    }

    private var conflict: AWSError {
        FakeCloud.error("ConditionalCheckFailedException", service: "DynamoDB")
    }

    // MARK: the table

    private var rowStore: RowStore {
        RowStore(
            read: { [self] name throws(AWSError) in
                try call("read") { rows["USER#\(name)"].map(CredentialRow.init) }
            },
            nameUser: { [self] name, user, seen throws(AWSError) in
                try call("nameUser") { () throws(AWSError) in
                    guard var row = current(name, seen), row["iam_user_name"] == nil else {
                        throw conflict
                    }
                    row["iam_user_name"] = .string(user)
                    write("USER#\(name)", row)
                }
            },
            activate: { [self] name, issue, seen throws(AWSError) in
                try call("activate") { () throws(AWSError) in
                    guard var row = current(name, seen) else { throw conflict }
                    store(issue, in: &row)
                    write("USER#\(name)", row)
                }
            },
            rotate: { [self] name, issue, old, seen throws(AWSError) in
                try call("rotate") { () throws(AWSError) in
                    guard var row = current(name, seen), row["access_key_id"] == .string(old)
                    else { throw conflict }
                    store(issue, in: &row)
                    row["previous_access_key_id"] = .string(old)
                    write("USER#\(name)", row)
                    write(
                        name.retirementSortKey(old),
                        [
                            "iam_user_name": .string(issue.iamUserName),
                            "expires_at": .number(now + 7 * 86_400),
                        ])
                }
            },
            statusOf: { [self] sortKey throws(AWSError) in
                try call("statusOf") { rows[sortKey].map { CredentialRow($0).status } }
            },
            reportError: { [self] sortKey, message, seen throws(AWSError) in
                try call("reportError") { () throws(AWSError) in
                    guard var row = rows[sortKey], CredentialRow(row).status == seen else {
                        throw conflict
                    }
                    row["status"] = .string("error")
                    row["error_message"] = .string(message)
                    write(sortKey, row)
                }
            },
            retirements: { [self] name throws(AWSError) in
                try call("retirements") {
                    rows.keys.filter { $0.hasPrefix(name.retirementPrefix) }.sorted().map {
                        RowStore.Retirement(
                            accessKeyID: String($0.dropFirst(name.retirementPrefix.count)))
                    }
                }
            },
            deleteRetirement: { [self] name, key throws(AWSError) in
                try call("deleteRetirement") { write(name.retirementSortKey(key), nil) }
            },
            forgetPreviousKey: { [self] name, key throws(AWSError) in
                try call("forgetPreviousKey") {
                    guard var row = rows["USER#\(name)"],
                        row["previous_access_key_id"] == .string(key)
                    else { return }
                    row["previous_access_key_id"] = nil
                    write("USER#\(name)", row)
                }
            },
            sortKeys: { [self] () throws(AWSError) in
                try call("sortKeys") { rows.keys.filter { $0.hasPrefix("USER#") }.sorted() }
            })
    }

    private func current(_ name: Username, _ seen: CredentialRow) -> Item? {
        guard let row = rows["USER#\(name)"], CredentialRow(row).status == seen.status,
            seen.status != .active || row["encrypted_password"] == nil
        else { return nil }
        return row
    }

    private func store(_ issue: RowStore.Issue, in row: inout Item) {
        row["status"] = .string("active")
        row["encrypted_password"] = .string(issue.encryptedPassword)
        row["access_key_id"] = .string(issue.accessKeyID)
        row["iam_user_name"] = .string(issue.iamUserName)
        row["iam_user_arn"] = .string(issue.iamUserARN)
        row["error_message"] = nil
    }

    // MARK: IAM

    private func existing(_ name: String) throws(AWSError) -> User {
        guard let user = users[name] else { throw FakeCloud.error("NoSuchEntity", status: 404) }
        return user
    }

    private var identityStore: IdentityStore {
        IdentityStore(
            user: { [self] name throws(AWSError) in
                try call("getUser") {
                    users[name].map { IAM.User(name: name, arn: "arn:\(name)", tags: $0.tags) }
                }
            },
            createUser: { [self] name, tags throws(AWSError) in
                try call("createUser") { () throws(AWSError) in
                    guard users[name] == nil else { throw FakeCloud.error("EntityAlreadyExists") }
                    users[name] = User(
                        tags: Dictionary(tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
                    return IAM.User(name: name, arn: "arn:\(name)", tags: [:])
                }
            },
            deleteUser: { [self] name throws(AWSError) in
                try call("deleteUser") { () throws(AWSError) in
                    guard let user = users[name] else { return }
                    guard user.keys.isEmpty, user.policies.isEmpty else {
                        throw FakeCloud.error("DeleteConflict", status: 409)
                    }
                    users[name] = nil
                }
            },
            keys: { [self] name throws(AWSError) in
                try call("keys") { () throws(AWSError) in
                    try existing(name).keys.sorted { $0.key < $1.key }.map {
                        IAM.AccessKey(id: $0.key, isActive: $0.value.isActive)
                    }
                }
            },
            createKey: { [self] name throws(AWSError) in
                try call("createKey") { () throws(AWSError) in
                    guard try existing(name).keys.count < 2 else {
                        throw FakeCloud.error("LimitExceeded", status: 409)
                    }
                    keyCount += 1
                    let id = "AKIA\(String(1000 + keyCount))"
                    users[name]?.keys[id] = ("secret of \(id)", true)
                    return (id, Secret("secret of \(id)"))
                }
            },
            setKey: { [self] id, name, active throws(AWSError) in
                try call("setKey") { () throws(AWSError) in
                    guard try existing(name).keys[id] != nil else {
                        throw FakeCloud.error("NoSuchEntity", status: 404)
                    }
                    users[name]?.keys[id]?.isActive = active
                }
            },
            deleteKey: { [self] id, name throws(AWSError) in
                try call("deleteKey") { users[name]?.keys[id] = nil }
            },
            policyNames: { [self] name throws(AWSError) in
                try call("policyNames") { () throws(AWSError) in
                    try existing(name).policies.keys.sorted()
                }
            },
            policy: { [self] policy, name throws(AWSError) in
                try call("policy") { users[name]?.policies[policy] }
            },
            putPolicy: { [self] document, policy, name throws(AWSError) in
                try call("putPolicy") { () throws(AWSError) in
                    _ = try existing(name)
                    users[name]?.policies[policy] = document
                }
            },
            deletePolicy: { [self] policy, name throws(AWSError) in
                try call("deletePolicy") { users[name]?.policies[policy] = nil }
            },
            userNames: { [self] () throws(AWSError) in
                try call("userNames") { users.keys.sorted() }
            })
    }
}
