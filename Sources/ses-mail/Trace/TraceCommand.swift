internal import ArgumentParser

/// Where is a mail, and what became of it?
struct TraceCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show where a mail is, and what became of it.",
        discussion: """
            Looks into S3, the ledger, the routing log, the functions' logs, the dead-letter \
            queues and X-Ray, which keeps a sample of all traces. The status is 4 where nothing is \
            known of the mail.
            """)

    @Argument(help: "The SES id: messageId in every log line, the last part of the S3 key.")
    var messageID: String
    @Option(help: "How far back the logs are searched (14d): \(Since.helpText)")
    var since: Since?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        try SESIdentifier.check(messageID)
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking into S3, the ledger, the logs, the dead-letter queues and X-Ray …")
        let since = since ?? Since.twoWeeks
        let trace = try MailTrace(messageID, since: since, deployment)
        guard !trace.isEmpty else {
            throw Failure(
                .notFound,
                "Nothing is known of the mail \(messageID) in \(deployment) since \(since): "
                    + "check --env, or look further back with --since.")
        }
        if output.isJSON { return output.json(trace.json) }
        for section in trace.sections {
            output.line(output.paint(section.title, .quiet))
            output.table(section.rows.map { [" "] + $0 })
        }
    }
}
