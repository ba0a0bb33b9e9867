internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// The list of the credentials.
struct SMTPList: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all credentials.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credentials …")
        let views = try CredentialTable(deployment).all()
        if views.isEmpty { try deployment.require(.smtp) }
        if output.isJSON { return output.json(.array(views.map { .object($0.members) })) }
        guard !views.isEmpty else {
            return output.line(
                "There are no credentials. Make one with: "
                    + deployment.command("smtp create USER --from ADDRESS"))
        }
        output.table(
            [["USER", "STATUS", "FROM", "DESCRIPTION"]]
                + views.map { view in
                    [
                        view.name, view.row.status.text,
                        view.senders.joined(separator: " ").shortened(to: 60),
                        view.errorMessage ?? view.item["description"]?.string ?? "",
                    ]
                }, moods: [.quiet] + views.map(\.mood))
    }
}
