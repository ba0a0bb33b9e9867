internal import ArgumentParser
internal import SMTPCredentials

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
