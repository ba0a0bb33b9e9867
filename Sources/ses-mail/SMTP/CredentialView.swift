internal import AWS
internal import JSON
internal import SMTPCredentials

/// A credential as it is shown, without its password.
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
    /// The key from before a rotation, which still works beside the present one.
    var previousKey: (id: String, validUntil: String)? {
        guard let id = text("previous_access_key_id"), let end = text("previous_key_valid_until")
        else { return nil }
        return (id, end)
    }
    var livePreviousKey: (id: String, validUntil: String)? {
        previousKey.flatMap { $0.validUntil > Clock.now() ? $0 : nil }
    }
    var encryptedPassword: String? {
        text("encrypted_password")
    }

    static var columns: Columns<CredentialView> {
        [
            Column("USER", "username", \.name), Column("STATUS", "status", \.row.status.text),
            Column("FROM", "from", \.senders) {
                $0.senders.joined(separator: " ").shortened(to: 60)
            },
            Column("DESCRIPTION", "description", { $0.text("description") }) {
                $0.errorMessage ?? $0.text("description") ?? ""
            },
        ]
            + [
                "error_message", "iam_user_name", "access_key_id", "previous_access_key_id",
                "previous_key_valid_until", "created_at", "updated_at",
            ].map { name in .data(name) { $0.text(name) } }
    }

    /// The text of an attribute; nil if there is none.
    private func text(_ attribute: String) -> String? {
        item[attribute]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    var severity: Severity {
        switch row.status {
        case .active: .ok
        case .disabled: .note
        case .pending, .rotate: .warning
        case .error, .unknown: .error
        }
    }
}
