import AWS
import Testing

@testable import SMTPCredentials

/// What Lambda does with the stream, and what an administrator does most.
extension FakeCloud {
    static let list: AttributeValue = .list([.string("john@example.com")])
    static let otherList: AttributeValue = .list([.string("*@example.org")])
    static let badList: AttributeValue = .list([.string("jo?n@example.com")])

    static func policy(_ list: AttributeValue = FakeCloud.list) -> String {
        (try? SenderList(list))?.policy ?? ""
    }

    /// The reference's `put-item` over whatever there is.
    func paste(_ username: String = "john", list: AttributeValue = FakeCloud.list) {
        put(
            username,
            [
                "status": .string("pending"), "allowed_from_addresses": list,
                "entity_type": .string("smtp_credential"), "description": .string("at \(now)"),
            ])
    }

    func set(_ status: String, _ username: String = "john") {
        change(username, ["status": .string(status)])
    }

    /// One record, tried until it succeeds, as the stream does; the time goes on.
    @discardableResult
    func deliver(_ change: RowChange) -> RowOutcome? {
        var last: CredentialError?
        for _ in 0..<50 {
            do {
                return try manager.apply(change)
            } catch {
                last = error
                now += 10
            }
        }
        Issue.record("\(change) never succeeds: \(String(describing: last))")
        return nil
    }

    /// All records that have not been taken, and those that this makes. That there is an end says
    /// that our own writes change nothing.
    @discardableResult
    func drain() -> [RowOutcome] {
        var outcomes: [RowOutcome] = []
        while delivered < stream.count {
            delivered += 1
            if let outcome = deliver(stream[delivered - 1]) { outcomes.append(outcome) }
            guard outcomes.count < 500 else {
                Issue.record("the stream does not end: \(calls.suffix(10))")
                break
            }
        }
        return outcomes
    }

    /// A world in which John's credential is in use.
    static func withActive(_ username: String = "john") -> FakeCloud {
        let cloud = FakeCloud()
        cloud.paste(username)
        cloud.drain()
        cloud.now += 3600
        return cloud
    }

    func row(_ username: String = "john") -> Item { row(sortKey: "USER#\(username)") ?? [:] }
    func status(_ username: String = "john") -> String? { row(username)["status"]?.string }
    func keyID(_ username: String = "john") -> String? { row(username)["access_key_id"]?.string }

    /// The one user that there is.
    var user: User? { users.count == 1 ? users.values.first : nil }

    /// Key to whether it is active.
    var keys: [String: Bool] { user?.keys.mapValues(\.isActive) ?? [:] }
}
