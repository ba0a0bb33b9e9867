internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Stops a credential.
struct SMTPDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop a credential; its password stays.",
        discussion: """
            In every state: a pending credential is not made until it is enabled; a rotation that \
            has not begun is given up, and has to be requested again.
            """)

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        try StatusChange(CredentialTable(deployment), output)
            .insist(user, to: .disabled, from: [.active, .pending, .rotate, .error])
    }
}

/// Lets a credential send again.
struct SMTPEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a credential send again, with the same password.")

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        try StatusChange(CredentialTable(deployment), output)
            .make(user, to: .active, from: [.disabled, .error])
    }
}

/// Gives a credential a new password.
struct SMTPRotate: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new password; the old one works for 7 more days.",
        discussion: "In prod it asks first.")

    @Argument(help: Username.help) var user: Username
    @Flag(help: "Return once there is a new password.") var wait = false
    @Flag(name: .shortAndLong, help: "Do not ask, in prod.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let table = CredentialTable(deployment)
        let old = try table.existing(user)
        if deployment.name == .prod, old.row.status == .active {
            try deployment.confirm(question(old, deployment), isGiven: yes)
        }
        try StatusChange(table, output).make(
            user, to: .rotate, from: [.active], isTold: !wait)
        if old.row.status == .active { warn(of: old) }
        guard wait else { return }
        let view = try table.wait(for: user, pacing: deployment.session.pacing) {
            $0.row.status == .active && $0.accessKeyID != old.accessKeyID
        }
        output.answer(
            CredentialView.columns.object(view),
            "\(user): rotated. Show the new password with: "
                + deployment.command("smtp show \(user.word) --reveal"))
    }

    private func question(_ old: CredentialView, _ deployment: Deployment) -> String {
        let end =
            old.livePreviousKey.map {
                "The password of key \($0.id) would work until \($0.validUntil), and stops now."
            } ?? "The password in use stops in 7 days."
        return "\(end) Rotate \(user) in \(deployment)?"
    }

    /// Warns that the oldest of three keys ends before its week is over: IAM has room for two.
    private func warn(of old: CredentialView) {
        guard let key = old.livePreviousKey else { return }
        Output.complain(
            "the password of key \(key.id), from before the last rotation, stops now and not on "
                + "\(key.validUntil): IAM has room for two keys.")
    }
}

/// One change of a credential's status, and its report.
struct StatusChange {
    let table: CredentialTable
    let output: Output

    init(_ table: CredentialTable, _ output: Output) {
        self.table = table
        self.output = output
    }

    /// Makes the change, also where the manager gives the row another allowed status at the same
    /// moment: nobody should have to stop a credential twice.
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
                "The credential \(name) is \(seen.text), and not \(words), so it stays as it is. "
                    + "Look at it with: " + table.showing(name))
        }
        if seen != status { try table.setStatus(name, status, seen: view) }
        guard isTold else { return }
        output.answer(
            [
                "username": name.text.json, "before": seen.text.json, "after": status.text.json,
            ],
            seen == status ? "\(name): unchanged (\(seen.text))" : "\(name): \(status.text)")
    }
}
