internal import AWS

/// The state of the domains at AWS, as lines of the report.
struct AccountView {
    let deployment: Deployment

    typealias Lines = [(domain: DNSName, line: DNSLine)]

    /// The certificates of the domains that have an MTA-STS policy.
    func certificates(_ domains: [WantedRecords.Domain]) throws(AWSError) -> Lines {
        let hosts = domains.compactMap { domain in
            TransportPolicyCheck(domain).map { (domain: domain.name, host: $0.host) }
        }
        let certificates = hosts.isEmpty ? [] : try CertificateList(deployment.session).all()
        return hosts.map { domain, host in
            let standing = CertificateStanding(
                domain: domain, host: host, certificates: certificates, deployment: deployment)
            return (domain, standing.line)
        }
    }

    func identities(_ domains: [WantedRecords.Domain]) throws(AWSError) -> Lines {
        var lines: Lines = []
        for domain in domains {
            lines += try identityLines(domain).map { (domain.name, $0) }
        }
        return lines
    }

    private func identityLines(_ domain: WantedRecords.Domain) throws(AWSError) -> [DNSLine] {
        guard let identity = try SESv2(deployment.session).identity(domain.name.text) else {
            return [
                DNSLine(
                    state: .missing, subject: "SES", name: domain.name,
                    words: "SES has no such identity",
                    advice: "check --region, or make it: \(deployment.applying)")
            ]
        }
        let standing = IdentityStanding(
            domain: domain.name.text, identity: identity, deployment: deployment)
        func line(_ part: IdentityStanding.Part, _ name: DNSName) -> DNSLine {
            DNSLine(
                state: part.cure == nil ? .ok : .different, subject: "SES", name: name,
                words: "\(part.subject): \(part.status)", advice: part.cure)
        }
        let mailFrom = domain.mailFrom.map { line(standing.mailFrom(wanted: $0), $0) }
        return [
            line(standing.verification, domain.name), line(standing.signing, domain.name),
        ] + (mailFrom.map { [$0] } ?? [])
    }
}

/// The state of the certificate for an MTA-STS policy's host
/// (https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html).
struct CertificateStanding {
    let domain: DNSName
    let host: DNSName
    let certificates: [CertificateList.Certificate]
    let deployment: Deployment

    var line: DNSLine {
        let statuses = certificates.filter { DNSName($0.domain) == host }.map(\.status)
        // A certificate in use may have a successor that is not issued yet.
        let status = statuses.contains("ISSUED") ? "ISSUED" : statuses.last
        let state: DNSLine.State =
            status == nil ? .missing : status == "ISSUED" ? .ok : .different
        return DNSLine(
            state: state, subject: "ACM", name: host,
            words: status.map { "certificate: \($0)" } ?? "there is no certificate",
            advice: state == .ok ? nil : cure(status))
    }

    private func cure(_ status: String?) -> String {
        let applying = deployment.applying
        switch status {
        case nil: return "make it: \(applying)"
        case "PENDING_VALIDATION":
            return "publish the records, which ACM looks for during 72 hours; once the certificate "
                + "is issued: \(applying)"
        case "VALIDATION_TIMED_OUT":
            // Only in this state the provider replaces the certificate by itself.
            return "publish the records, for which ACM no longer looks; then have Terraform "
                + "request another certificate: \(applying)"
        default:
            // Terraform keeps it as it is.
            let address = "module.ses_mail.aws_acm_certificate.mta_sts[\"\(domain)\"]"
            return "check the CAA and CNAME records; this certificate does not change any more, so "
                + "plan to replace it: \(deployment.make("plan")) REPLACE=\(address.shellWord); "
                + "read the plan, and apply it: \(applying)"
        }
    }
}

extension WantedRecords.Domain {
    /// The domain from which SES sends: the one that receives its bounces.
    fileprivate var mailFrom: DNSName? {
        records.first { record in
            guard case .exchange(_, let host) = record.value else { return false }
            return record.name != name && host.text.utf8.starts(with: "feedback-smtp.".utf8)
        }?.name
    }
}
