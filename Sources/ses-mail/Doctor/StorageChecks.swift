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

/// The judgement of answers about bucket, table and key.
enum StorageDiagnosis {
    static func bucket(_ name: String, _ versioning: String?, _ deployment: Deployment) -> Diagnosis
    {
        switch versioning {
        case nil: .error("there is no bucket \(name): mail is lost", deployment.applying)
        case "Enabled": .ok("\(name), versioned")
        default: .warning("\(name) keeps no versions: what is deleted is gone", deployment.applying)
        }
    }

    static func unrouted(
        _ objects: [S3.Object], _ deployment: Deployment
    ) -> Diagnosis {
        guard let oldest = objects.first else {
            return .ok("none: every mail stored over an hour ago was routed")
        }
        return .error(
            "\(objects.count.counted("mail")) stored over an hour ago, and never routed; the "
                + "oldest came at \(oldest.lastModified)",
            "see which with: \(deployment.command("replay --unrouted --dry-run")), and route each "
                + "with: \(deployment.command("replay ID --to ADDRESS"))")
    }

    /// - Parameters:
    ///   - expiry: the attribute by which rows go.
    ///   - isFollowed: whether SMTP credentials follow the rows, by the table's stream.
    static func table(
        _ table: DynamoDB.Description?, expiry: String?, isFollowed: Bool = true,
        _ deployment: Deployment
    ) -> Diagnosis {
        guard let table else {
            return .error("there is no table \(deployment.tableName)", deployment.applying)
        }
        if table.status != "ACTIVE" && table.status != "UPDATING" {
            return .error("the table is \(table.status)", "look again in a minute")
        }
        if isFollowed && !table.hasStream {
            return .error(
                "the table has no stream: SMTP credentials do not follow their rows",
                deployment.applying)
        }
        return expiry == "expires_at"
            ? .ok("\(deployment.tableName), with \(isFollowed ? "its stream and " : "")its TTL")
            : .warning("rows of the ledger never expire: the TTL is off", deployment.applying)
    }

    static func key(_ state: String?, _ deployment: Deployment) -> Diagnosis {
        switch state {
        case nil: .error("there is no key \(deployment.smtpKey)", deployment.applying)
        case "Enabled": .ok(deployment.smtpKey)
        case "PendingDeletion":
            .error(
                "\(deployment.smtpKey) will be deleted, and the SMTP passwords with it",
                deployment.aws("kms cancel-key-deletion --key-id KEY-ID") + ", then enable it")
        case let state?:
            .error(
                "\(deployment.smtpKey) is \(state): no SMTP password can be read or made",
                deployment.aws("kms enable-key --key-id KEY-ID") + ", with the KeyId of: "
                    + deployment.aws("kms describe-key --key-id \(deployment.smtpKey)"))
        }
    }
}
