internal import JSON
internal import SMTPCredentials

/// One change of a credential's status, and the words for it.
struct StatusChange {
    let table: CredentialTable
    let output: Output

    init(_ table: CredentialTable, _ output: Output) {
        self.table = table
        self.output = output
    }

    /// Makes it, also where the manager gives the row another status that is allowed just then: who
    /// stops a credential is not to run after it.
    func insist(
        _ name: Username, to status: CredentialRow.Status, from allowed: [CredentialRow.Status]
    ) throws {
        for _ in 0..<4 {
            do {
                return try make(name, to: status, from: allowed)
            } catch let failure as Failure where failure.status == .failed {
                guard let now = try table.find(name)?.row.status, allowed.contains(now) else {
                    throw failure
                }
            }
        }
        try make(name, to: status, from: allowed)
    }

    func make(
        _ name: Username, to status: CredentialRow.Status, from allowed: [CredentialRow.Status],
        isTold: Bool = true
    ) throws {
        let view = try table.existing(name)
        let seen = view.row.status
        guard allowed.contains(seen) || seen == status else {
            let words = allowed.map(\.text).joined(separator: " or ")
            throw Failure(
                .failed,
                "The credential \(name) is \(seen.text), and not \(words); it stays as it is.")
        }
        if seen != status { try table.setStatus(name, status, seen: view) }
        guard isTold else { return }
        output.answer(
            [
                "username": .string(name.text), "before": .string(seen.text),
                "after": .string(status.text),
            ],
            seen == status ? "\(name): unchanged (\(seen.text))" : "\(name): \(status.text)")
    }
}
