internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Deletes a credential.
struct SMTPDelete: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a credential, with its IAM user and keys.")

    @Argument(help: "The credential's name, as smtp list shows it.") var user: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let table = CredentialTable(deployment)
        let view = try table.existing(user)
        try deployment.confirm(
            "Delete the credential \(user) (\(view.row.status.text)) in \(deployment)?",
            isGiven: yes)
        try table.delete(view)
        output.answer(
            ["username": .string(user), "deleted": true],
            "\(user): deleted. Its IAM user and keys go within seconds.".printable)
    }
}
