internal import AWS

/// The names that Terraform gives to a deployment's parts.
extension Deployment {
    var tableName: String { "ses-email-routing-\(name)" }
    var busName: String { "ses-email-routing-\(name)" }
    var pipeName: String { "ses-email-router-\(name)" }
    /// The receipt rule set of a deployment from before terraform/account owned it.
    var olderRuleSetName: String { "ses-mail-\(name)" }
    var receiptRuleName: String { "ses-mail-receive-\(name)" }
    var tokenParameter: String { "/ses-mail/\(name)/gmail-token" }
    var smtpKey: String { "alias/ses-mail-smtp-credentials-\(name)" }
    var dashboardName: String { "ses-mail-dashboard-\(name)" }
    var metricNamespace: String { "SESMail/\(name)" }

    /// The bucket in which SES stores received mail. Its name ends with name_suffix, so the
    /// settings name it.
    func bucketName(_ settings: DeploymentSettings, account: String) -> String {
        settings.bucket ?? "ses-mail-storage-\(account)-\(name)"
    }

    /// The same, with the present settings and the account of the credentials.
    func bucketName() throws(AWSError) -> String {
        let settings = try settings()
        if let bucket = settings.bucket { return bucket }
        return bucketName(settings, account: try caller().account)
    }

    /// The topic that SES notifies of received mail.
    func topicArn(account: String) -> String {
        "arn:\(partition):sns:\(region):\(account):ses-email-processing-\(name)"
    }

    /// The partition in the ARNs of the region
    /// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
    private var partition: String {
        if region.hasPrefix("us-gov-") { return "aws-us-gov" }
        return region.hasPrefix("cn-") ? "aws-cn" : "aws"
    }
}
