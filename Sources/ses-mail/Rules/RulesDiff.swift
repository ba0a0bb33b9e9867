internal import ArgumentParser
internal import JSON

/// Compares the rules of two environments.
struct RulesDiff: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare the rules of two environments.",
        discussion: """
            SES_MAIL_ENV=test ses-mail rules diff --env prod
            ses-mail rules diff --env prod --with test
            Shows what would have to change in --with (where it is not given, in SES_MAIL_ENV or \
            in your default environment), so that it has the rules of --env. Nothing is changed.
            """)

    @Option(help: "The environment to compare with.") var with: EnvironmentName?
    @Option(help: "A profile of the AWS CLI for it.") var withProfile: String?
    @Option(help: "The region of it.") var withRegion: String?
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let name = try with ?? Deployment.usualName()
        guard let name, name != deployment.name || withProfile != nil || withRegion != nil else {
            throw Failure(
                .usage,
                "There is nothing to compare \(deployment) with: name another environment by "
                    + "--with, or set SES_MAIL_ENV to it.")
        }
        let other = try Deployment(
            options.replacing(env: name, profile: withProfile, region: withRegion))
        try other.checkAccount()
        Output.progress("reading the rules of \(deployment) …")
        let wanted = try RuleTable(deployment).all()
        Output.progress("reading the rules of \(other) …")
        let changes = RuleChange.all(
            from: try RuleTable(other).all(), to: wanted.lookedUp.map(\.entry), prunes: true)
        if !output.isJSON {
            output.table(changes.map(\.cells), severities: changes.map(\.severity))
        }
        output.answer(
            [
                "from": .string(other.description), "to": .string(deployment.description),
                "changes": changes.map(\.json).json,
            ],
            changes.isEmpty
                ? "\(other) has the rules of \(deployment)."
                : "\(changes.count.counted("difference")). These changes would give \(other) the "
                    + "rules of \(deployment).")
    }
}
