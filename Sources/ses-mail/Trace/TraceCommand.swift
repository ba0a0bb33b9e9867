internal import ArgumentParser

/// Shows where a mail is, and what became of it.
struct TraceCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show where a mail is, and what became of it.",
        discussion: """
            Looks into S3, the ledger, the routing log, the functions' logs, X-Ray, which keeps a \
            sample of all traces, and the dead-letter queues, of which it reads \
            \(DeadLetters.limit) messages each at most. Where a part cannot be read, or not all \
            of it, this is said, the others are shown, and the exit status is 1. It is 4 where \
            nothing is known of the mail.
            """)

    @Argument(help: "The SES id: messageId in every log line, the last part of the S3 key.")
    var messageID: String
    @Option(
        help: """
            How far back the logs are searched; otherwise to the time at which the mail was \
            stored, or two weeks. \(Since.helpText)
            """)
    var since: Since?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        try SESIdentifier.check(messageID)
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking into S3, ledger, logs, X-Ray and the dead-letter queues …")
        let trace = try MailTrace(messageID, since: since, deployment)
        let unread = trace.unreadParts
        guard !trace.isEmpty || !unread.isEmpty else {
            throw Failure(
                .notFound,
                "Nothing is known of the mail \(messageID) in \(deployment) since "
                    + "\(since ?? Since.twoWeeks). Check --env, or look further back with --since.")
        }
        if output.isJSON {
            output.json(trace.json)
        } else {
            trace.sections.forEach { show($0, output) }
        }
        guard unread.isEmpty else {
            throw Failure(
                .failed, "Not everything could be read: see \(unread.joined(separator: ", ")).")
        }
    }

    private func show(_ section: MailTrace.Section, _ output: Output) {
        output.line(output.paint(section.title, .quiet))
        output.table(section.rows.map { [" "] + $0 })
        for remark in section.remarks {
            output.line(output.paint("   \(remark.words.printable)", remark.severity.mood))
        }
    }
}
