package import AWS

/// The row of one credential: `SMTP_USER` / `USER#{username}`.
package struct CredentialRow: Equatable, Sendable {
    package enum Status: Equatable, Sendable {
        case pending
        case active
        case disabled
        case rotate
        case error
        /// A status that is not one of these, or none.
        case unknown(String)

        package init(_ text: String?) {
            self =
                switch text {
                case "pending": .pending
                case "active": .active
                case "disabled": .disabled
                case "rotate": .rotate
                case "error": .error
                default: .unknown(text ?? "")
                }
        }

        package var text: String {
            switch self {
            case .pending: "pending"
            case .active: "active"
            case .disabled: "disabled"
            case .rotate: "rotate"
            case .error: "error"
            case .unknown(let text): text
            }
        }
    }

    package let status: Status
    package let senders: Result<SenderList, SenderListError>
    package let iamUserName: String?
    /// The key whose password is stored.
    package let accessKeyID: String?
    package let hasPassword: Bool
    /// The time of the credential manager's last change of the row.
    package let updatedAt: String?

    /// Whether there is a policy for the list.
    package var isEnforceable: Bool {
        if case .success = senders { true } else { false }
    }

    package init(_ item: Item) {
        status = Status(item["status"]?.string)
        senders = Result { () throws(SenderListError) in
            try SenderList(item["allowed_from_addresses"])
        }
        let text = { (name: String) in item[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        iamUserName = text("iam_user_name")
        accessKeyID = text("access_key_id")
        hasPassword = item["encrypted_password"]?.string?.isEmpty == false
        updatedAt = item["updated_at"]?.string
    }
}
