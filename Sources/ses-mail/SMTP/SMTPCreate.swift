internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Makes a credential.
struct SMTPCreate: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Let somebody send, from these addresses only.",
        discussion: "ses-mail smtp create john --from john@example.com --from '*@news.example.com'")

    @Argument(help: Username.help) var user: Username
    @Option(
        name: .customLong("from"),
        help: SenderList.help)
    var senders: [String] = []
    @Option(help: "Note shown in smtp list.") var description = ""
    @Flag(help: "Return once the credential can be used.") var wait = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard !senders.isEmpty else {
            throw ValidationError("Name the sender addresses: --from ADDRESS, *@domain or *.")
        }
        try SenderList.check(senders, of: "from")
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let table = CredentialTable(deployment)
        try table.create(user, from: senders, description: description)
        let next = deployment.command("smtp show \(user.word) --reveal")
        guard wait else {
            output.answer(
                ["username": user.text.json, "status": "pending"],
                "\(user): pending. It is made within seconds. See its password with: \(next)")
            return
        }
        let view = try table.wait(for: user, pacing: deployment.session.pacing) {
            $0.row.status == .active && $0.row.hasPassword
        }
        output.answer(
            CredentialView.columns.object(view), "\(user): active. See its password with: \(next)")
    }
}
