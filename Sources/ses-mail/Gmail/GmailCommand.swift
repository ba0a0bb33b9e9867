internal import ArgumentParser
internal import JSON
internal import Mail

/// The commands about Gmail tokens.
struct GmailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gmail", abstract: "Consent to a Gmail mailbox, and see whether it works.",
        discussion: """
            A token is one account's consent to put mail into its mailbox. The shared token serves \
            all targets of rules that have no token of their own (--mailbox); Google accepts it \
            for its own account only.
            """,
        subcommands: [
            GmailAuthorize.self, GmailStatus.self, GmailTest.self, GmailPut.self,
        ])
}

extension Mailbox: ExpressibleByArgument {
    package init?(argument: String) {
        guard EmailAddress(strict: argument) != nil else { return nil }
        self.init(destination: argument)
    }
}

/// Shows the state of the tokens.
struct GmailStatus: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask Google whether it takes each token now.",
        discussion: """
            Each token is tried at Google, and written only where Google returns another refresh \
            token. SCOPES is what Google grants now; with gmail.labels (gmail authorize --labels) \
            rules can name labels. WRITTEN is the time of the last write, by you or by the \
            forwarder, which renews tokens. The exit status is 2 where a token does not work or a \
            rule's target has none, and 4 where there is no token at all.
            """)

    @Option(help: "Only the token of this mailbox.") var mailbox: Mailbox?
    @OptionGroup var list: ListOptions
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
        let columns = TokenReport.columns
        if output.isJSON {
            return output.json([
                "tokens": columns.array(reports),
                "targets_without_own_token": tokenless.map(\.mailbox.address).json,
            ])
        }
        output.list(reports, columns, severity: \.severity)
        guard output.format == .text else { return }
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
