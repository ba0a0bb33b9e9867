internal import AWS
internal import ArgumentParser
internal import HTTP
internal import JSON
internal import SMTPCredentials

/// Shows one credential, and the settings of a mail client.
struct SMTPShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a credential, and how to set up a mail client.")

    @Argument(help: Username.help) var user: Username
    @Flag(help: "Decrypt and print the user name and the password.") var reveal = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let view = try CredentialTable(deployment).existing(user)
        let login = reveal ? try Login(of: view, user, deployment) : nil
        let server = try ServerSettings(deployment)
        if output.isJSON {
            let members = CredentialView.columns.members(view)
            return output.json(.object(members + server.members + (login?.members ?? [])))
        }
        output.record(view, CredentialView.columns)
        output.line("")
        output.table(
            [
                ["host", server.host], ["port", "\(server.port)"], ["security", "STARTTLS"],
                ["user", login?.userName ?? "(hidden; use --reveal)"],
                ["password", login?.password.value ?? "(hidden; use --reveal)"],
            ])
        output.line(server.guides)
    }
}
