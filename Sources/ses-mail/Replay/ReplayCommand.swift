internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Routes stored mail again.
struct ReplayCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Route stored mail again, by the rules as they are now.",
        discussion: """
            Each mail goes into the pipe's queue once more, for the recipients that the routing \
            log names, or for those of --to. The command shows what it will do, then asks. It is \
            safe at any time: the ledger knows which mailboxes have the mail and which senders \
            were notified, so that nothing happens twice; a mailbox for which Gmail refused the \
            mail is tried again. This command deletes no mail. The forwarder deletes a mail that \
            it has imported, as always, unless a recipient whom --to leaves out has no other copy. \
            The exit status is 2 where a mail cannot be routed again.
            """)

    @Argument(
        help: .init(
            "SES ids: messageId in every log line, the last part of the S3 key.",
            valueName: "ses-id"))
    var messageIDs: [String] = []
    @Option(help: "All mails that came since then and are still stored. \(Since.helpText)")
    var since: Since?
    @Flag(
        help: "All mails that were stored over an hour ago and never routed. Needs --to.")
    var unrouted = false
    @Option(help: "A recipient, instead of those in the log. May be repeated.")
    var to: [String] = []
    @Flag(help: "Have the rules decide also about spam, viruses and forged mail.")
    var despiteVerdicts = false
    @Flag(help: "Import the mail also into mailboxes that have it, or had it, already.")
    var again = false
    @Flag(help: "Show what would be routed again, and send nothing.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard [!messageIDs.isEmpty, since != nil, unrouted].count(where: { $0 }) == 1 else {
            throw ValidationError("Give either SES ids or --since or --unrouted.")
        }
        for id in messageIDs { try SESIdentifier.check(id) }
        for address in to where EmailAddress(strict: address) == nil {
            throw ValidationError("--to takes mail addresses, and \(address.printable) is not one.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the stored mail and its recipients …")
        let replay = try Replay(
            deployment, recipients: to, despiteVerdicts: despiteVerdicts)
        let asked =
            unrouted
            ? try replay.unroutedMessageIDs()
            : try since.map { try replay.messageIDs(since: $0) } ?? messageIDs
        let (items, problems) = try replay.plan(asked.uniqued, since: since)
        if !messageIDs.isEmpty, let problem = problems.first {
            throw Failure(
                problem.status,
                "The mail \(problem.messageID) cannot be routed again: \(problem.reason). "
                    + "Nothing was sent.")
        }
        for item in items where item.isUnlogged {
            Output.complain(
                "No record of \(item.mail.messageID)'s recipients (older than 30 days?). If it had "
                    + "others, their only copy is deleted once this import succeeds.")
        }
        let plan = items.map(\.row) + problems.map(\.row)
        if !output.isJSON {
            output.table(
                plan, severities: items.map { _ in nil } + problems.map { _ in .warning })
        }
        if !items.isEmpty && !dryRun {
            // The answer is one document, so the plan is shown beside the question.
            if output.isJSON && !yes {
                for row in plan { Output.progress(row.joined(separator: "  ")) }
            }
            try deployment.confirm(
                "Route \(items.count.counted("mail")) again in \(deployment)?", isGiven: yes)
            try replay.send(items, again: again)
        }
        conclude(items, problems, deployment, output)
        if !problems.isEmpty { throw ExitCode(Failure.Status.findings.rawValue) }
    }

    private func conclude(
        _ items: [Replay.Item], _ problems: [Replay.Problem], _ deployment: Deployment,
        _ output: Output
    ) {
        if output.isJSON {
            return output.json(
                .object([
                    .init(dryRun ? "would_route_again" : "routed_again", items.map(\.json).json),
                    .init("left", problems.map(\.json).json),
                ]))
        }
        switch items.count {
        case 0: output.line("Nothing to route again.")
        case _ where dryRun: output.line("Nothing was sent.")
        case 1:
            let command = deployment.command("trace \(items[0].mail.messageID)")
            output.line("Follow it with: \(command)")
        default: output.line("\(items.count) mails are being routed again.")
        }
    }
}

extension Replay.Item {
    fileprivate var row: [String] {
        var words = [recipients.joined(separator: ", ")]
        if !keepers.isEmpty { words.append("stays stored for \(keepers.joined(separator: ", "))") }
        return [mail.messageID, words.joined(separator: "; ")]
    }

    fileprivate var json: JSONValue {
        [
            "message_id": mail.messageID.json, "recipients": recipients.json,
            "stays_stored_for": keepers.json,
        ]
    }
}

extension Replay.Problem {
    fileprivate var row: [String] { [messageID, "left: \(reason)"] }

    fileprivate var json: JSONValue {
        ["message_id": messageID.json, "reason": reason.json]
    }
}
