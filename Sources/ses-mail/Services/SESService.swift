internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The calls that we make of SES, for operators: of its second API
/// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/), and where that has no operation, of
/// its first (https://docs.aws.amazon.com/ses/latest/APIReference/).
struct SESService {
    private let rest: RESTService
    private let first: QueryService

    init(_ session: AWSSession) {
        rest = RESTService(
            session, "SESv2", host: "email", signingName: "ses", variable: "SESV2")
        first = QueryService(
            session, "SES", host: "email", signingName: "ses", version: "2010-12-01")
    }

    /// What SES lets the account send.
    struct Sending: Equatable, Sendable {
        /// Out of the sandbox.
        var isProduction = true
        var isEnabled = true
        /// `HEALTHY`, `PROBATION` or `SHUTDOWN`.
        var enforcement = "HEALTHY"
        /// In 24 hours; -1 is no limit.
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

    /// A domain's identity as it stands; a status is `SUCCESS`, `PENDING`, `FAILED`, …
    struct Identity: Equatable, Sendable {
        let isVerified: Bool
        let verificationStatus: String
        let dkimStatus: String
        let isSigning: Bool
        /// Empty where there is none.
        let mailFromDomain: String
        let mailFromStatus: String
    }

    /// nil where SES does not know the domain (`GetEmailIdentity`).
    func identity(_ domain: String) throws(AWSError) -> Identity? {
        let operation = "GetEmailIdentity"
        let answer = try AWSError.orNil("NotFoundException") { () throws(AWSError) in
            try rest.get(operation, "/v2/email/identities/\(PercentEncoding.encode(domain))")
        }
        guard let answer else { return nil }
        guard let isVerified = answer["VerifiedForSendingStatus"]?.bool else {
            throw .missing("VerifiedForSendingStatus", in: CallName("SESv2", operation))
        }
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

    /// What is done with mail to whom.
    struct ReceiptRule: Equatable, Sendable {
        var name = ""
        var isEnabled = true
        var isScanning = true
        var recipients: [String] = []
        /// Empty where it stores nothing.
        var bucket = ""
        var prefix = ""
        /// That is told; empty where none is.
        var topic = ""
    }

    struct RuleSet: Equatable, Sendable {
        let name: String
        let rules: [ReceiptRule]
    }

    /// The rule set that is active, or nil (`DescribeActiveReceiptRuleSet`). One call: SES takes
    /// one such a second.
    func activeRuleSet() throws(AWSError) -> RuleSet? {
        let answer = try first.call("DescribeActiveReceiptRuleSet")
        let metadata = XMLText.elements("Metadata", in: answer, limit: 1).first
        guard let name = metadata.flatMap({ XMLText.first("Name", in: $0) }) else { return nil }
        let rules = XMLText.elements("Rules", in: answer, limit: 1).first ?? []
        return RuleSet(name: name, rules: MemberList.members(of: rules).map(ReceiptRule.init))
    }
}

extension SESService.ReceiptRule {
    fileprivate init(_ rule: [UInt8]) {
        let recipients = XMLText.elements("Recipients", in: rule, limit: 1).first ?? []
        let action = XMLText.elements("S3Action", in: rule, limit: 1).first ?? []
        name = XMLText.first("Name", in: rule) ?? ""
        isEnabled = XMLText.first("Enabled", in: rule) == "true"
        isScanning = XMLText.first("ScanEnabled", in: rule) == "true"
        self.recipients = XMLText.elements("member", in: recipients).map(XMLText.text)
        bucket = XMLText.first("BucketName", in: action) ?? ""
        prefix = XMLText.first("ObjectKeyPrefix", in: action) ?? ""
        topic = XMLText.first("TopicArn", in: action) ?? ""
    }
}
