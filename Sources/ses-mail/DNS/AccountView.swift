internal import AWS

/// What does AWS itself think of the domains? What `aws ses get-identity-verification-attributes`
/// and `aws acm list-certificates` tell, as lines of the report.
struct AccountView {
    private let ses: SESService
    private let certificates: [CertificateList.Certificate]

    /// - Parameter domains: those that are looked at.
    init(_ deployment: Deployment, _ domains: [WantedRecords.Domain]) throws(AWSError) {
        ses = SESService(deployment.session)
        let wantsCertificates = domains.contains { TransportPolicyCheck($0) != nil }
        certificates = wantsCertificates ? try CertificateList(deployment.session).all() : []
    }

    func lines(_ domain: WantedRecords.Domain) throws(AWSError) -> [DNSLine] {
        let certificate = TransportPolicyCheck(domain).map { certificateLine($0.host) }
        return try identityLines(domain) + (certificate.map { [$0] } ?? [])
    }

    private func identityLines(_ domain: WantedRecords.Domain) throws(AWSError) -> [DNSLine] {
        guard let identity = try ses.identity(domain.name.text) else {
            return [
                DNSLine(
                    state: .missing, subject: "SES", name: domain.name,
                    words: "SES has no such identity", advice: "apply, or look at --region")
            ]
        }
        let wait = "publish the records; SES looks for 72 hours, then apply again"
        func line(_ isRight: Bool, _ what: String, _ name: DNSName, _ status: String) -> DNSLine {
            DNSLine(
                state: isRight ? .ok : .different, subject: "SES", name: name,
                words: "\(what): \(status)", advice: isRight ? nil : wait)
        }
        let isDKIM = identity.dkimStatus == "SUCCESS" && identity.isSigning
        var lines = [
            line(
                identity.isVerified, "verified for sending", domain.name,
                identity.isVerified ? "yes" : "no"),
            line(
                isDKIM, "DKIM", domain.name,
                identity.dkimStatus + (identity.isSigning ? "" : ", and signing is off")),
        ]
        if let wanted = domain.mailFrom {
            let isOurs = DNSName(identity.mailFromDomain) == wanted
            lines.append(
                line(
                    isOurs && identity.mailFromStatus == "SUCCESS", "MAIL FROM", wanted,
                    isOurs
                        ? identity.mailFromStatus
                        : "SES uses \"\(identity.mailFromDomain)\" (\(identity.mailFromStatus))"))
        }
        return lines
    }

    private func certificateLine(_ host: DNSName) -> DNSLine {
        let statuses = certificates.filter { DNSName($0.domain) == host }.map(\.status)
        let status = statuses.contains("ISSUED") ? "ISSUED" : statuses.last
        let isIssued = status == "ISSUED"
        let words = status.map { "certificate: \($0)" } ?? "there is no certificate"
        return DNSLine(
            state: status == nil ? .missing : isIssued ? .ok : .different, subject: "ACM",
            name: host, words: words,
            advice: isIssued ? nil : "publish the records, wait until it is issued, apply again")
    }
}

extension WantedRecords.Domain {
    /// The domain of which SES's mails are sent, by where its bounces go.
    fileprivate var mailFrom: DNSName? {
        records.first { record in
            guard case .exchange(_, let host) = record.value else { return false }
            return record.name != name && host.text.utf8.starts(with: "feedback-smtp.".utf8)
        }?.name
    }
}
