internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// The commands about SMTP credentials.
struct SMTPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smtp", abstract: "Decide who may send, from which addresses.",
        discussion: """
            A credential is a row of the table. The credential manager changes IAM to match it, \
            within seconds.
            """,
        subcommands: [
            SMTPCreate.self, SMTPList.self, SMTPShow.self, SMTPAllow.self, SMTPDisable.self,
            SMTPEnable.self, SMTPRotate.self, SMTPDelete.self, SMTPTest.self, SMTPReconcile.self,
        ])
}

/// Lists all credentials.
struct SMTPList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all credentials.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credentials …")
        let views = try CredentialTable(deployment).all()
        if views.isEmpty { try deployment.require(.smtp) }
        if views.isEmpty && output.format == .text {
            return output.line(
                "There are no credentials. Make one with: "
                    + deployment.command("smtp create USER --from ADDRESS"))
        }
        output.list(views, CredentialView.columns, severity: \.severity)
    }
}

/// Deletes a credential.
struct SMTPDelete: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a credential, with its IAM user and keys.",
        aliases: ["remove"])

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
            ["username": user.json, "deleted": true],
            "\(user): deleted. Its IAM user and keys follow within seconds.".printable)
    }
}

extension Username: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

extension Username {
    /// The name as one word of a shell's command line.
    var word: String { text.shellWord }

    static let help: ArgumentHelp = "The credential's name: 1 to 39 of A-Z a-z 0-9 + = , . @ _ -"
}
