internal import AWS
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
        let shared = TokenPlace(deployment, mailbox: nil).parameter
        let entries = try entries(deployment, shared)
        let access = try GoogleAccess(deployment)
        Output.progress("asking Google …")
        let reports = try entries.map { try TokenReport($0, shared: shared, access) }
        guard reports.contains(where: { $0.state != .empty }) else {
            throw Failure(
                .notFound,
                mailbox.map {
                    "\($0.address) has no token, and there is no shared one: consent with: "
                        + "ses-mail gmail authorize --mailbox \($0.address)"
                } ?? "There is no token yet: consent with: ses-mail gmail authorize")
        }
        let targets = mailbox == nil ? try Self.targets(deployment) : []
        let tokenless = targets.compactMap { TokenlessTarget($0, among: reports) }
        show(output, reports, tokenless)
        if reports.contains(where: \.isBroken) || tokenless.contains(where: \.isLost) {
            throw ExitCode(Failure.Status.failed.rawValue)
        }
    }

    /// The shared token first; for one mailbox what its forwarder would take.
    private func entries(
        _ deployment: Deployment, _ shared: String
    ) throws -> [ParameterService.Entry] {
        let parameters = ParameterService(deployment.session)
        if let mailbox {
            let own = TokenPlace(deployment, mailbox: mailbox).parameter
            return [try parameters.entry(own) ?? parameters.entry(shared)].compactMap { $0 }
        }
        return try [parameters.entry(shared)].compactMap { $0 } + parameters.entries(below: shared)
    }

    /// Where enabled rules forward to, each mailbox once.
    private static func targets(_ deployment: Deployment) throws(AWSError) -> [Mailbox] {
        var targets: [Mailbox] = []
        for row in try RuleTable(deployment).all()
        where row.rule.action == .forwardToGmail && row.rule.isEnabled {
            let target = Mailbox(destination: row.rule.target ?? "")
            if !target.address.isEmpty && !targets.contains(target) { targets.append(target) }
        }
        return targets
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
