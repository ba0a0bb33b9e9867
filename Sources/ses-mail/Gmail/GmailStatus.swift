internal import ArgumentParser
internal import JSON
internal import Mail

/// Do the tokens work?
struct GmailStatus: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask Google whether it takes each token now.",
        discussion: """
            Each is tried at Google, and written only where Google gave another refresh token. \
            WRITTEN is the last write, by you or by the forwarder, which renews it. The status is \
            1 where a token does not work or a rule's target has none, 4 where there is no token.
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
                    "\($0.address) has no token, and there is no shared one: consent with: "
                        + "ses-mail gmail authorize --mailbox \($0.address)"
                } ?? "There is no token yet: consent with: ses-mail gmail authorize")
        }
        let (reports, tokenless) = (survey.reports, survey.tokenless)
        show(output, reports, tokenless)
        if reports.contains(where: \.isBroken) || tokenless.contains(where: \.isLost) {
            throw ExitCode(Failure.Status.failed.rawValue)
        }
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
            moods: [.quiet] + reports.map(\.mood))
        for report in reports {
            guard case .broken(let reason) = report.state else { continue }
            output.line("\(report.label): \(reason)".printable)
        }
        for target in tokenless {
            output.line("\(target.mailbox.address): \(target.words)".printable)
        }
    }
}
