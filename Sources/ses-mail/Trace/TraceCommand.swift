internal import AWS
internal import ArgumentParser
internal import JSON

/// Where is a mail, and what became of it?
struct TraceCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Where a mail is, and what became of it.",
        discussion: """
            Looks into S3, the ledger, the routing log, the functions' logs, the dead-letter \
            queues and X-Ray, which keeps a sample of all traces. The status is 4 where nothing is \
            known of the mail.
            """)

    @Argument(help: "The SES id: messageId in every log line, the last part of the S3 key.")
    var messageID: String
    @Option(help: "How far back the logs are searched.") var days = 14
    @OptionGroup var options: CommonOptions

    func validate() throws {
        try SESIdentifier.check(messageID)
        guard (1...3650).contains(days) else { throw ValidationError("--days is from 1 to 3650.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking into S3, the ledger, the logs, the dead-letter queues and X-Ray …")
        let trace = try MailTrace(messageID, days: days, deployment)
        guard !trace.isEmpty else {
            throw Failure(
                .notFound,
                "Nothing is known of the mail \(messageID) in \(deployment) in the last \(days) "
                    + "days: check --env, or look further back with --days.")
        }
        if output.isJSON { return output.json(trace.json) }
        for section in trace.sections {
            output.line(output.paint(section.title, .quiet))
            output.table(section.rows.map { [" "] + $0 })
        }
    }
}
