internal import AWS
internal import JSON
internal import SMTPCredentials
internal import Text

/// The calls of SES's second API that only an operator's commands make
/// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/).
extension SESv2 {
    /// The account's permission to send.
    struct Sending: Equatable, Sendable {
        /// Whether the account is out of the sandbox.
        var isProduction = true
        var isEnabled = true
        /// `HEALTHY`, `PROBATION` or `SHUTDOWN`.
        var enforcement = "HEALTHY"
        /// The most messages in 24 hours; -1 is no limit.
        var maximum = 0.0
        var sent = 0.0
    }

    /// `GetAccount`
    func sending() throws(AWSError) -> Sending {
        let answer = try rest.get("GetAccount", "/v2/email/account")
        let quota = answer["SendQuota"]
        return Sending(
            isProduction: answer["ProductionAccessEnabled"]?.bool ?? false,
            isEnabled: answer["SendingEnabled"]?.bool ?? false,
            enforcement: answer["EnforcementStatus"]?.string ?? "",
            maximum: quota?["Max24HourSend"]?.double ?? 0,
            sent: quota?["SentLast24Hours"]?.double ?? 0)
    }

    /// The state of a domain's identity; a status is `SUCCESS`, `PENDING`, `FAILED`, …
    struct Identity: Equatable, Sendable {
        let isVerified: Bool
        let verificationStatus: String
        let dkimStatus: String
        let isSigning: Bool
        /// Empty if there is none.
        let mailFromDomain: String
        let mailFromStatus: String
    }

    /// nil if SES does not know the domain (`GetEmailIdentity`).
    func identity(_ domain: String) throws(AWSError) -> Identity? {
        let answer = try AWSError.orNil("NotFoundException") { () throws(AWSError) in
            try rest.get(
                "GetEmailIdentity", "/v2/email/identities/\(PercentEncoding.encode(domain))")
        }
        guard let answer else { return nil }
        let isVerified = try answer.required("VerifiedForSendingStatus", \.bool)
        let dkim = answer["DkimAttributes"]
        let mailFrom = answer["MailFromAttributes"]
        return Identity(
            isVerified: isVerified,
            verificationStatus: answer["VerificationStatus"]?.string
                ?? (isVerified ? "SUCCESS" : "PENDING"),
            dkimStatus: dkim?["Status"]?.string ?? "NOT_STARTED",
            isSigning: dkim?["SigningEnabled"]?.bool ?? false,
            mailFromDomain: mailFrom?["MailFromDomain"]?.string ?? "",
            mailFromStatus: mailFrom?["MailFromDomainStatus"]?.string ?? "NOT_STARTED")
    }
}
