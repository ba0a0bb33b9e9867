internal import ArgumentParser
internal import JSON
internal import Mail

/// The state of the tokens.
struct GmailStatus: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask Google whether it takes each token now.",
        discussion: """
            Each is tried at Google, and written only where Google gave another refresh token. \
            WRITTEN is the last write, by you or by the forwarder, which renews it. The exit \
            status is 2 where a token does not work or a rule's target has none, 4 where there is \
            no token.
            """)

    @Option(help: "The token of this mailbox alone.") var mailbox: Mailbox?
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("asking Google …")
        let survey = try TokenSurvey(deployment, mailbox: mailbox)
        guard survey.reports.contains(where: { $0.state != .empty }) else {
            throw Failure(
                .notFound,
                mailbox.map {
                    "\($0.address) has no token, and there is no shared one. Consent with: "
                        + deployment.consent(for: $0)
                } ?? "There is no token yet. Consent with: \(deployment.consent(for: nil))")
        }
        let (reports, tokenless) = (survey.reports, survey.tokenless)
        show(output, reports, tokenless)
        try Severity.conclude(reports.map(\.severity) + tokenless.map(\.severity))
    }

    private func show(
        _ output: Output, _ reports: [TokenReport], _ tokenless: [TokenlessTarget]
    ) {
        if output.isJSON {
            output.json([
                "tokens": .array(reports.map(\.json)),
                "targetsWithoutOwnToken": .array(tokenless.map { .string($0.mailbox.address) }),
            ])
            return
        }
        output.table(
            [["MAILBOX", "TOKEN", "SCOPES", "ACCOUNT", "VERSION", "WRITTEN"]] + reports.map(\.row),
            moods: [.quiet] + reports.map(\.severity.mood))
        for report in reports {
            if let problem = report.problem {
                output.line("\(report.label): \(problem)".printable)
            }
        }
        for target in tokenless {
            output.line("\(target.mailbox.address): \(target.words)".printable)
        }
    }
}
