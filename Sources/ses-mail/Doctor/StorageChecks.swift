internal import AWS

/// The checks of the places where mail, rules and secrets are kept.
enum StorageChecks {
    static func group(
        _ deployment: Deployment, _ settings: DeploymentSettings, account: String
    ) -> CheckGroup {
        let session = deployment.session
        let bucket = deployment.bucketName(settings, account: account)
        return CheckGroup(
            title: "Storage",
            checks: [
                Check("bucket") {
                    StorageDiagnosis.bucket(
                        bucket, try S3(session).versioning(of: bucket), deployment)
                },
                Check("unrouted mail") {
                    StorageDiagnosis.unrouted(
                        try UnroutedMail(deployment, bucket: bucket).objects(), deployment)
                },
                Check("table") {
                    let table = deployment.database
                    let description = try AWSError.orNil("ResourceNotFoundException") {
                        () throws(AWSError) in try table.description()
                    }
                    return StorageDiagnosis.table(
                        description, expiry: description == nil ? nil : try table.expiry(),
                        isFollowed: settings.has(.smtp), deployment)
                },
                Check(each: "key") {
                    guard settings.has(.smtp) else { return [] }
                    let state = try KMS(session).key(deployment.smtpKey)?.state
                    return [Check.Finding("key", StorageDiagnosis.key(state, deployment))]
                },
            ])
    }
}
