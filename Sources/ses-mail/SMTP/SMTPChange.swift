internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Stops a credential.
struct SMTPDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop a credential; its password stays.")

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try StatusChange(CredentialTable(deployment), output)
            .make(user, to: .disabled, from: [.active])
    }
}

/// Lets a credential send again.
struct SMTPEnable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a credential send again, with the same password.")

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try StatusChange(CredentialTable(deployment), output)
            .make(user, to: .active, from: [.disabled, .error])
    }
}

/// Gives a credential a new password.
struct SMTPRotate: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new password; the old one works for 7 more days.")

    @Argument(help: Username.help) var user: Username
    @Flag(help: "Return when there is a new password.") var wait = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let table = CredentialTable(deployment)
        let old = try table.existing(user)
        try StatusChange(table, output).make(
            user, to: .rotate, from: [.active], isTold: !wait)
        guard wait else { return }
        let view = try table.wait(for: user, pacing: deployment.session.pacing) {
            $0.row.status == .active && $0.accessKeyID != old.accessKeyID
        }
        output.answer(
            .object(view.members),
            "\(user): rotated. See the new password with: ses-mail smtp show \(user) --reveal")
    }
}

/// Deletes a credential.
struct SMTPDelete: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a credential, with its IAM user and keys.")

    @Argument(help: Username.help) var user: Username
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let table = CredentialTable(deployment)
        let view = try table.existing(user)
        try Confirmation.require(
            "Delete the credential \(user) (\(view.row.status.text)) in \(deployment)?",
            isGiven: yes)
        try table.delete(user)
        output.answer(
            ["username": .string(user.text), "deleted": true],
            "\(user): deleted. Its IAM user and keys go within seconds.")
    }
}

/// One change of a credential's status, and the words for it.
private struct StatusChange {
    let table: CredentialTable
    let output: Output

    init(_ table: CredentialTable, _ output: Output) {
        self.table = table
        self.output = output
    }

    func make(
        _ name: Username, to status: CredentialRow.Status, from allowed: [CredentialRow.Status],
        isTold: Bool = true
    ) throws {
        let seen = try table.existing(name).row.status
        guard allowed.contains(seen) || seen == status else {
            let words = allowed.map(\.text).joined(separator: " or ")
            throw Failure(
                .failed,
                "The credential \(name) is \(seen.text), and not \(words); it stays as it is.")
        }
        if seen != status { try table.setStatus(name, status, seen: seen) }
        guard isTold else { return }
        output.answer(
            [
                "username": .string(name.text), "before": .string(seen.text),
                "after": .string(status.text),
            ],
            seen == status ? "\(name): unchanged (\(seen.text))" : "\(name): \(status.text)")
    }
}
