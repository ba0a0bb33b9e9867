internal import AWS
internal import JSON

/// The certificates of us-east-1, the only ones that CloudFront accepts
/// (https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html).
struct CertificateList {
    static let region = "us-east-1"

    private let json: JSONProtocol

    init(_ session: AWSSession) {
        json = JSONProtocol(
            client: session.client(signingName: "acm", region: CertificateList.region),
            endpoint: session.endpointOverride("ACM")
                ?? "https://acm.\(CertificateList.region).amazonaws.com",
            service: "ACM", targetPrefix: "CertificateManager", version: .v1_1)
    }

    /// A certificate's main name, and `ISSUED`, `PENDING_VALIDATION`, …
    struct Certificate: Equatable, Sendable {
        let domain: String
        let status: String
    }

    /// All of them (`ListCertificates`).
    func all() throws(AWSError) -> [Certificate] {
        try json.pages("ListCertificates", []).all()
            .flatMap { $0["CertificateSummaryList"]?.array ?? [] }
            .map { summary in
                Certificate(
                    domain: summary["DomainName"]?.string ?? "",
                    status: summary["Status"]?.string ?? "")
            }
    }
}
