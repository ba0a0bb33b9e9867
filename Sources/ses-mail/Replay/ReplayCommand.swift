internal import ArgumentParser
internal import JSON
internal import Mail

/// Routes stored mail again.
struct ReplayCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Route stored mail again, by the rules as they are now.",
        discussion: """
            Each mail goes into the pipe's queue once more, for the recipients that the routing \
            log has of it, or for those that --to names. Safe at any time: a mailbox that has the \
            mail and a sender who was told are in the ledger, and nothing is done twice. Nothing \
            is deleted here; the forwarder deletes a mail that it has imported, as always, but not \
            one that somebody whom --to leaves out has nothing else of.
            """)

    @Argument(
        help: .init(
            "SES ids: messageId in every log line, the last part of the S3 key.",
            valueName: "ses-id"))
    var messageIDs: [String] = []
    @Option(help: "All mails still stored that came since. \(Since.helpText)")
    var since: Since?
    @Option(help: "For whom, instead of the log's recipients. May be repeated.")
    var to: [String] = []
    @Flag(help: "Route by the rules also what was found to be spam, a virus or forged.")
    var despiteVerdicts = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard messageIDs.isEmpty == (since != nil) else {
            throw ValidationError("Give either SES ids or --since.")
        }
        for id in messageIDs { try SESIdentifier.check(id) }
        for address in to where EmailAddress(strict: address) == nil {
            throw ValidationError("--to takes mail addresses; \(address.printable) is none.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking up what is stored, and for whom it was …")
        let replay = try Replay(
            deployment, recipients: to, despiteVerdicts: despiteVerdicts)
        let asked = try since.map { try replay.messageIDs(since: $0) } ?? messageIDs
        let (items, problems) = try replay.plan(asked.uniqued, since: since)
        if since == nil, let problem = problems.first {
            throw Failure(
                problem.status,
                "The mail \(problem.messageID) cannot be routed again: \(problem.reason). "
                    + "Nothing was sent.")
        }
        for item in items where item.isUnlogged {
            Output.complain(
                "The routing log does not tell for whom \(item.mail.messageID) was. Once it is "
                    + "imported, what is stored of it is deleted, for whomever else it was.")
        }
        if !items.isEmpty {
            try Confirmation.require(
                "Route \(items.count.counted("mail")) again in \(deployment)?", isGiven: yes)
            try replay.send(items)
        }
        show(items, problems, output)
        if !problems.isEmpty { throw ExitCode(Failure.Status.failed.rawValue) }
    }

    private func show(_ items: [Replay.Item], _ problems: [Replay.Problem], _ output: Output) {
        if output.isJSON {
            return output.json([
                "routedAgain": .array(
                    items.map { item in
                        [
                            "messageId": .string(item.mail.messageID),
                            "recipients": .array(item.recipients.map { .string($0) }),
                            "staysStoredFor": .array(item.keepers.map { .string($0) }),
                        ]
                    }),
                "left": .array(
                    problems.map {
                        ["messageId": .string($0.messageID), "reason": .string($0.reason)]
                    }),
            ])
        }
        output.table(
            items.map { item in
                var words = [item.recipients.joined(separator: ", ")]
                if !item.keepers.isEmpty {
                    words.append("stays stored for \(item.keepers.joined(separator: ", "))")
                }
                return [item.mail.messageID, words.joined(separator: "; ")]
            })
        output.table(
            problems.map { [$0.messageID, "left: \($0.reason)"] },
            moods: problems.map { _ in .odd })
        switch items.count {
        case 0: output.line("Nothing to route again.")
        case 1: output.line("Follow it with: ses-mail trace \(items[0].mail.messageID)")
        default: output.line("\(items.count) mails are being routed again.")
        }
    }
}
