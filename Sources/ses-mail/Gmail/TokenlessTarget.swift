internal import Mail

/// A rule's target that has no token of its own, and what becomes of its mail. The shared token is
/// some account's, and Google takes it for that account only.
struct TokenlessTarget {
    let mailbox: Mailbox
    /// Whether it is known that its mail cannot be imported.
    let isLost: Bool
    let words: String

    var severity: Severity { isLost ? .error : .note }

    /// nil where the target has a token.
    init?(_ target: Mailbox, among reports: [TokenReport], _ deployment: Deployment) {
        let shared = reports.first { $0.mailbox == nil && $0.state != .empty }
        let owner = shared?.account.map { Mailbox(destination: $0) }
        if owner == target || reports.contains(where: { $0.mailbox == target }) { return nil }
        mailbox = target
        isLost = shared == nil || owner != nil
        let cure = "Consent with: \(deployment.consent(for: target))"
        if let owner {
            words = "has no token of its own, and the shared one is \(owner.address)'s. \(cure)"
        } else if isLost {
            words = "has no token, so its mail cannot be imported. \(cure)"
        } else {
            words = "has no token of its own; the shared one must be its"
        }
    }
}
