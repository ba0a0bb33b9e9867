internal import AWS
internal import HTTP
internal import Lambda
internal import Ledger
internal import Mail

/// The bounce queue's handler: a sender is told that a mail found nobody. Environment → clients →
/// run.
@main
struct Bouncer {
    static func main() {
        LambdaProcess.run(function: "bouncer") { process in
            let environment = process.environment
            let session = try AWSSession(
                required: environment.required, optional: environment.optional,
                http: process.tracedHTTP(.aws), pacing: process.pacing)
            let sender = try environment.required("BOUNCE_SENDER")
            let database = DynamoDB(
                session, table: try environment.required("DYNAMODB_TABLE_NAME"))
            let ledger = Ledger(
                database,
                retentionDays: try environment.positive("LEDGER_DAYS", default: 120),
                epochMilliseconds: WallClock.epochMilliseconds)
            let ses = SESv2(session.leavingTimeToRecord)
            let handler = BouncerHandler(
                policy: BouncePolicy(
                    bounceSender: sender,
                    ownMailFromDomains: environment.list("OWN_MAIL_FROM_DOMAINS"),
                    requiresAuthentication: try environment.flag(
                        "BOUNCE_REQUIRE_AUTH", default: true)),
                reportingMTA: "inbound-smtp.\(session.region).amazonaws.com",
                environmentName: try environment.required("ENVIRONMENT"), ledger: ledger,
                sendReport: { report, recipient throws(AWSError) in
                    try ses.sendEmail(from: sender, to: recipient, raw: report)
                },
                epochSeconds: WallClock.epochSeconds, metrics: process.metrics,
                tracer: process.tracer
            )
            try process.openConnections(to: [database.endpoint, ses.endpoint])
            return handler.handle
        }
    }
}
