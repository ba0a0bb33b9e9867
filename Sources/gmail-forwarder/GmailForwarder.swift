internal import AWS
internal import Delivery
internal import Lambda
internal import Mail
internal import Mailboxes
internal import Process

/// The forwarding queue's handler: a stored mail goes into Gmail. Environment → clients → run.
@main
struct GmailForwarder {
    static func main() {
        LambdaProcess.run(function: "gmail-forwarder", makeHandler: makeHandler)
    }

    static func makeHandler(_ process: LambdaProcess) throws -> Handler {
        let environment = process.environment
        let session = try AWSSession(
            environment, http: process.tracedHTTP(.aws), pacing: process.pacing)
        let bucket = try environment.required("EMAIL_BUCKET")
        let database = DynamoDB(
            session, table: try environment.required("DYNAMODB_TABLE_NAME"))
        let ledger = Ledger(
            database,
            retentionDays: try environment.positive("LEDGER_DAYS", default: 120),
            epochMilliseconds: { Int64(process.epochSeconds() * 1000) })
        let storage = S3(session)
        let mailboxes = MailboxImporter(
            process, session, defaultToken: try environment.required("GMAIL_TOKEN_PARAMETER"))
        let handler = ForwarderHandler(
            bucket: bucket, ledger: ledger,
            fetchMail: { mail, descriptor in
                try storage.getObject(
                    bucket: mail.bucket, key: mail.key, into: descriptor,
                    limit: largestMail)
            },
            importMail: { try mailboxes.importMail($0, into: $1) },
            deleteMail: { try storage.deleteObject(bucket: $0.bucket, key: $0.key) },
            epochSeconds: process.epochSeconds,
            reporter: OutcomeReporter(
                function: "gmail-forwarder", action: "forward-to-gmail",
                metrics: process.metrics, tracer: process.tracer))
        try process.openConnections(
            to: [database.endpoint, storage.url(bucket: bucket, key: "")] + mailboxes.endpoints)
        return handler.handle
    }

    /// SES receives messages of up to 40 MB, and adds far less than the rest of this.
    static let largestMail: Int64 = 64 << 20
}
