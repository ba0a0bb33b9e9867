internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Gives a credential a new password.
struct SMTPRotate: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new password; the old one works for 7 more days.",
        discussion: "It asks first in prod.")

    @Argument(help: Username.help) var user: Username
    @Flag(help: "Return when there is a new password.") var wait = false
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
            .object(view.members),
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

    /// IAM has room for two keys: the oldest of three goes before its week is over.
    private func warn(of old: CredentialView) {
        guard let key = old.livePreviousKey else { return }
        Output.complain(
            "the password of key \(key.id), from before the last rotation, stops now and not on "
                + "\(key.validUntil): IAM has room for two keys.")
    }
}
