internal import ArgumentParser
internal import SMTPCredentials

/// Stops a credential.
struct SMTPDisable: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop a credential; its password stays.",
        discussion: """
            Whatever it waits for: while it is pending, it is made and stopped; a rotation that has \
            not begun is given up, and has to be asked for again.
            """)

    @Argument(help: Username.help) var user: Username
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try StatusChange(CredentialTable(deployment), output)
            .make(user, to: .disabled, from: [.active, .pending, .rotate, .error])
    }
}
