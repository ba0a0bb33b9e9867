internal import AWS
internal import Delivery
internal import Lambda
internal import Mail
internal import Mailboxes
internal import Process

/// The schedule's handler: what needs a look goes into the operator's mailbox. It sends nothing.
/// Environment → clients → run.
@main
struct DigestFunction {
    static func main() {
        LambdaProcess.run(function: "digest", makeHandler: makeHandler)
    }

    static func makeHandler(_ process: LambdaProcess) throws -> Handler {
        let environment = process.environment
        let session = try AWSSession(
            environment, http: process.tracedHTTP(.aws), pacing: process.pacing)
        let settings = try DigestSettings(environment)
        let database = DynamoDB(
            session, table: try environment.required("DYNAMODB_TABLE_NAME"))
        let ledger = Ledger(
            database,
            retentionDays: try environment.positive("LEDGER_DAYS", default: 120),
            epochMilliseconds: { Int64(process.epochSeconds() * 1000) })
        let sources = DigestSources(
            settings, session, secondsLeft: process.current.secondsLeft)
        let mailboxes = MailboxImporter(
            process, session, defaultToken: try environment.required("GMAIL_TOKEN_PARAMETER"))
        let handler = DigestHandler(
            settings: settings, ledger: ledger, sources: sources,
            importMail: { try mailboxes.importMail($0, into: settings.mailbox) },
            epochSeconds: process.epochSeconds, metrics: process.metrics)
        try process.openConnections(
            to: [database.endpoint] + sources.endpoints + mailboxes.endpoints)
        return handler.handle
    }
}
