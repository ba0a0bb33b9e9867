internal import AWS

/// What are a deployment's parts called? As Terraform has it.
extension Deployment {
    var tableName: String { "ses-email-routing-\(name)" }
    var busName: String { "ses-email-routing-\(name)" }
    var pipeName: String { "ses-email-router-\(name)" }
    var ruleSetName: String { "ses-mail-\(name)" }
    var receiptRuleName: String { "ses-mail-receive-\(name)" }
    var tokenParameter: String { "/ses-mail/\(name)/gmail-token" }
    var smtpKey: String { "alias/ses-mail-smtp-credentials-\(name)" }
    var metricNamespace: String { "SESMail/\(name)" }

    /// The bucket in which SES stores the mail that comes.
    func bucketName(account: String) -> String { "ses-mail-storage-\(account)-\(name)" }

    /// The same, where the account must be asked for.
    func bucketName() throws(AWSError) -> String {
        bucketName(account: try STS(session).caller().account)
    }

    /// The topic that SES tells of mail.
    func topicArn(account: String) -> String {
        "arn:aws:sns:\(region):\(account):ses-email-processing-\(name)"
    }
}
