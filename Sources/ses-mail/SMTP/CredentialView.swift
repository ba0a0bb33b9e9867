internal import AWS
internal import JSON
internal import SMTPCredentials

/// A credential as it is shown: everything but its password.
struct CredentialView {
    let item: Item
    let row: CredentialRow

    init(_ item: Item) {
        self.item = item
        row = CredentialRow(item)
    }

    var name: String {
        let sortKey = item["SK"]?.string ?? ""
        return String(decoding: sortKey.utf8.dropFirst("USER#".utf8.count), as: UTF8.self)
    }
    var senders: [String] {
        switch item["allowed_from_addresses"] {
        case .list(let values)?: values.map { $0.string ?? "(no text)" }
        case .stringSet(let texts)?: texts.sorted()
        default: []
        }
    }
    var errorMessage: String? { item["error_message"]?.string }
    var accessKeyID: String? { row.accessKeyID }
    /// What still works beside the key of now, after a rotation.
    var previousKey: (id: String, validUntil: String)? {
        guard let id = item["previous_access_key_id"]?.string,
            let end = item["previous_key_valid_until"]?.string
        else { return nil }
        return (id, end)
    }
    var livePreviousKey: (id: String, validUntil: String)? {
        previousKey.flatMap { $0.validUntil > Clock.now() ? $0 : nil }
    }
    var encryptedPassword: String? {
        item["encrypted_password"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What is there, in this order.
    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("username", .string(name)), .init("status", .string(row.status.text)),
            .init("from", .array(senders.map { .string($0) })),
        ]
        for (name, attribute) in [
            ("description", "description"), ("errorMessage", "error_message"),
            ("iamUserName", "iam_user_name"), ("accessKeyId", "access_key_id"),
            ("previousAccessKeyId", "previous_access_key_id"),
            ("previousKeyValidUntil", "previous_key_valid_until"), ("createdAt", "created_at"),
            ("updatedAt", "updated_at"),
        ] {
            if let text = item[attribute]?.string, !text.isEmpty {
                members.append(.init(name, .string(text)))
            }
        }
        return members
    }

    var mood: Output.Mood? {
        switch row.status {
        case .active: .good
        case .pending, .rotate: .odd
        case .disabled: .quiet
        case .error, .unknown: .bad
        }
    }
}
