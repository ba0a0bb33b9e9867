internal import AWS
internal import HTTP
internal import Lambda
internal import SMTPCredentials

/// The table's stream handler: a row becomes a credential, and IAM follows it. Environment →
/// clients → run.
@main
struct SMTPCredentialManager {
    static func main() {
        LambdaProcess.run(function: "smtp-credential-manager") { process in
            let environment = process.environment
            let session = try AWSSession(
                required: environment.required, optional: environment.optional,
                http: process.tracedHTTP(.aws), pacing: process.pacing)
            let environmentName = try environment.required("ENVIRONMENT")
            let clock = RowClock(
                epochSeconds: { Int(WallClock.epochSeconds()) },
                text: { UTCTime(epochSeconds: $0).extended() })
            let kms = KMS(session)
            let key =
                environment.optional("SMTP_CREDENTIALS_KEY")
                ?? "alias/ses-mail-smtp-credentials-\(environmentName)"
            let database = DynamoDB(
                session, table: try environment.required("DYNAMODB_TABLE_NAME"))
            let iam = IAM(session)
            let manager = CredentialManager(
                rows: RowStore(database, clock: clock), identities: IdentityStore(iam),
                encrypt: { document throws(AWSError) in try kms.encrypt(document, key: key) },
                region: session.region, environmentName: environmentName, pacing: process.pacing,
                clock: clock)
            try process.openConnections(to: [database.endpoint, iam.endpoint, kms.endpoint])
            return StreamHandler(
                apply: { change throws(CredentialError) in try manager.apply(change) },
                metrics: process.metrics
            ).handle
        }
    }
}
