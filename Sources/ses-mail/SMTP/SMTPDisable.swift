internal import ArgumentParser
internal import SMTPCredentials

/// Stops a credential.
struct SMTPDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop a credential; its password stays.",
        discussion: """
            In every state: one that is pending is not made until it is enabled; a rotation that \
            waits is given up, and has to be asked for again.
            """)

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        try StatusChange(CredentialTable(deployment), output)
            .insist(user, to: .disabled, from: [.active, .pending, .rotate, .error])
    }
}
