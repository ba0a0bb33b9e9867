internal import AWS
internal import Delivery
internal import Gmail
internal import HTTP
internal import Lambda
internal import Logging
internal import Mail
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
        let gmail = GmailAPI(
            process.tracedHTTP(.remote),
            endpoint: environment.optional("GMAIL_ENDPOINT_URL")
                ?? "https://gmail.googleapis.com",
            pacing: process.pacing.leavingTimeToRecord)
        let parameters = SSM(session)
        let tokens = accessTokens(process, parameters)
        let defaultToken = try environment.required("GMAIL_TOKEN_PARAMETER")
        let handler = ForwarderHandler(
            bucket: bucket, ledger: ledger,
            fetchMail: { mail, descriptor in
                try storage.getObject(
                    bucket: mail.bucket, key: mail.key, into: descriptor,
                    limit: largestMail)
            },
            importMail: { mail, mailbox in
                try tokens.withToken(
                    for: mailbox.address,
                    parameters: ["\(defaultToken)/\(mailbox.parameterSuffix)", defaultToken]
                ) { token throws(GmailError) in
                    try gmail.importMail(mail, into: mailbox.address, with: token)
                }
            },
            deleteMail: { try storage.deleteObject(bucket: $0.bucket, key: $0.key) },
            epochSeconds: process.epochSeconds,
            reporter: OutcomeReporter(
                function: "gmail-forwarder", action: "forward-to-gmail",
                metrics: process.metrics, tracer: process.tracer))
        try process.openConnections(to: [
            database.endpoint, storage.url(bucket: bucket, key: ""), parameters.endpoint,
            gmail.endpoint, tokenEndpoint(process.environment),
        ])
        return handler.handle
    }

    /// SES receives messages of up to 40 MB, and adds far less than the rest of this.
    static let largestMail: Int64 = 64 << 20

    private static func tokenEndpoint(_ environment: Environment) -> String {
        environment.optional("GOOGLE_TOKEN_ENDPOINT_URL") ?? "https://oauth2.googleapis.com/token"
    }

    private static func accessTokens(
        _ process: LambdaProcess, _ parameters: SSM
    ) -> AccessTokens {
        let google = GoogleOAuth(
            process.tracedHTTP(.remote),
            endpoint: tokenEndpoint(process.environment), pacing: process.pacing,
            epochSeconds: { Int(process.epochSeconds()) })
        return AccessTokens(
            read: { name in
                try parameters.getParameter(name: name).map {
                    AccessTokens.Stored(file: $0.value, version: $0.version)
                }
            },
            write: { name, file in try parameters.putParameter(name: name, value: file) },
            refresh: google.refresh,
            warn: { problem in
                switch problem {
                case .notWritten(let error):
                    process.logger.warning(
                        "the new token was not written back",
                        metadata: ["reason": "\(RuntimeAPI.Failure(error).message)"])
                case .overwrote:
                    process.logger.warning(
                        "the token of another writer may have been overwritten",
                        metadata: ["reason": "\(problem)"])
                }
            },
            epochSeconds: { Int(process.epochSeconds()) })
    }
}
