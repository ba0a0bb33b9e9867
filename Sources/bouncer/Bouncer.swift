internal import AWS
internal import Delivery
internal import HTTP
internal import Lambda
internal import Mail
internal import Process

/// The bounce queue's handler, which reports to a sender that a mail could not be delivered.
/// Environment → clients → run.
@main
struct Bouncer {
    static func main() {
        LambdaProcess.run(function: "bouncer", makeHandler: makeHandler)
    }

    static func makeHandler(_ process: LambdaProcess) throws -> Handler {
        let environment = process.environment
        let session = try AWSSession(
            environment, http: process.tracedHTTP(.aws), pacing: process.pacing)
        let sender = try environment.required("BOUNCE_SENDER")
        guard EmailAddress(strict: sender) != nil else {
            throw ConfigurationError.invalid(
                "BOUNCE_SENDER", value: sender, expected: "a bare address in ASCII")
        }
        let database = DynamoDB(
            session, table: try environment.required("DYNAMODB_TABLE_NAME"))
        let ownDomains = environment.list("OWN_MAIL_FROM_DOMAINS")
        for domain in ownDomains where EmailAddress(strict: "x@\(domain)") == nil {
            throw ConfigurationError.invalid(
                "OWN_MAIL_FROM_DOMAINS", value: domain,
                expected: "a domain: a comma stands between two")
        }
        let ledger = Ledger(
            database,
            retentionDays: try environment.positive("LEDGER_DAYS", default: 120),
            epochMilliseconds: { Int64(process.epochSeconds() * 1000) })
        let storage = S3(session)
        let ses = SESv2(session.leavingTimeToRecord)
        let handler = BouncerHandler(
            policy: BouncePolicy(
                bounceSender: sender,
                ownMailFromDomains: ownDomains,
                requiresAuthentication: try environment.flag(
                    "BOUNCE_REQUIRE_AUTH", default: true)),
            storedHeader: environment.optional("EMAIL_BUCKET").map { bucket in
                StoredHeader(bucket: bucket) { key, byteCount throws(AWSError) in
                    try storage.getBeginning(bucket: bucket, key: key, byteCount: byteCount)
                }
            },
            reportingMTA: "inbound-smtp.\(session.region).amazonaws.com",
            environmentName: try environment.required("ENVIRONMENT"), ledger: ledger,
            sendReport: { report, recipient throws(AWSError) in
                try ses.sendEmail(from: sender, to: recipient, raw: report)
            },
            epochSeconds: process.epochSeconds,
            reporter: OutcomeReporter(
                function: "bouncer", action: "bounce", metrics: process.metrics,
                tracer: process.tracer))
        try process.openConnections(to: [database.endpoint, ses.endpoint])
        return handler.handle
    }
}
