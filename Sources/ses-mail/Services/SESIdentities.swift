internal import AWS
internal import HTTP
internal import JSON

/// What does SES think of a domain?
/// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html)
struct SESIdentities {
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        client = session.client(signingName: "ses")
        endpoint =
            session.endpointOverride("SESV2") ?? "https://email.\(session.region).amazonaws.com"
    }

    /// A domain's identity as it stands; a status is `SUCCESS`, `PENDING`, `FAILED`, …
    struct Identity: Equatable, Sendable {
        let isVerified: Bool
        let dkimStatus: String
        let isSigning: Bool
        /// Empty where there is none.
        let mailFromDomain: String
        let mailFromStatus: String
    }

    /// nil where SES does not know the domain (`GetEmailIdentity`).
    func identity(_ domain: String) throws(AWSError) -> Identity? {
        let request = HTTPRequest(
            .get, "\(endpoint)/v2/email/identities/\(PercentEncoding.encode(domain))",
            name: CallName("SESv2", "GetEmailIdentity"))
        let answer: JSONValue
        do {
            answer = try client.read(request)
        } catch  where error.code == "NotFoundException" {
            return nil
        }
        guard let isVerified = answer["VerifiedForSendingStatus"]?.bool else {
            throw .lacking("VerifiedForSendingStatus", in: request.name)
        }
        let dkim = answer["DkimAttributes"]
        let mailFrom = answer["MailFromAttributes"]
        return Identity(
            isVerified: isVerified, dkimStatus: dkim?["Status"]?.string ?? "NOT_STARTED",
            isSigning: dkim?["SigningEnabled"]?.bool ?? false,
            mailFromDomain: mailFrom?["MailFromDomain"]?.string ?? "",
            mailFromStatus: mailFrom?["MailFromDomainStatus"]?.string ?? "NOT_STARTED")
    }
}
