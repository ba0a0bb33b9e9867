internal import AWS
internal import HTTP
internal import Lambda
internal import Process
internal import SMTPCredentials

/// The table's stream handler: a row becomes a credential, and IAM follows it. Environment →
/// clients → run.
@main
struct SMTPCredentialManager {
    static func main() {
        LambdaProcess.run(function: "smtp-credential-manager", makeHandler: makeHandler)
    }

    static func makeHandler(_ process: LambdaProcess) throws -> Handler {
        let environment = process.environment
        let session = try AWSSession(
            environment, http: process.tracedHTTP(.aws), pacing: process.pacing)
        let environmentName = try environment.required("ENVIRONMENT")
        let epochSeconds = { Int(process.epochSeconds()) }
        let services = AWSCredentialServices(
            session, table: try environment.required("DYNAMODB_TABLE_NAME"),
            encryptionKey: environment.optional("SMTP_CREDENTIALS_KEY")
                ?? "alias/ses-mail-smtp-credentials-\(environmentName)",
            epochSeconds: epochSeconds)
        let manager = CredentialManager(
            services, region: session.region, environmentName: environmentName,
            permissionsBoundary: try permissionsBoundary(environment),
            pacing: process.pacing, epochSeconds: epochSeconds)
        try process.openConnections(to: services.endpoints)
        return StreamHandler(
            apply: { change throws(CredentialError) in try manager.apply(change) },
            metrics: process.metrics
        ).handle
    }

    /// With an ARN that IAM does not take, every record would fail for half a day.
    private static func permissionsBoundary(
        _ environment: Environment
    ) throws(ConfigurationError) -> String? {
        guard let arn = environment.optional("SMTP_PERMISSIONS_BOUNDARY") else { return nil }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam",
            parts[5].hasPrefix("policy/")
        else {
            throw .invalid(
                "SMTP_PERMISSIONS_BOUNDARY", value: arn, expected: "the ARN of an IAM policy")
        }
        return arn
    }
}
