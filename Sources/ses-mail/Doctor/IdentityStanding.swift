internal import AWS

/// SES's opinion of a domain's records, part by part, and the way to have it look at them again. It
/// gives up after 72 hours (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
struct IdentityStanding {
    struct Part: Equatable {
        let subject: String
        let status: String
        /// The fix; nil if the part is as it should be.
        let cure: String?
    }

    let domain: String
    let identity: SESv2.Identity
    let deployment: Deployment

    var verification: Part {
        Part(
            subject: "verified for sending",
            status: identity.isVerified ? "yes" : "no (\(identity.verificationStatus))",
            cure: identity.isVerified
                ? nil
                : cure(
                    identity.verificationStatus, "ses verify-domain-identity --domain \(domain)"))
    }

    var signing: Part {
        guard !identity.isSigning else {
            return Part(
                subject: "DKIM", status: identity.dkimStatus,
                cure: identity.dkimStatus == "SUCCESS"
                    ? nil : cure(identity.dkimStatus, "ses verify-domain-dkim --domain \(domain)"))
        }
        return Part(
            subject: "DKIM", status: "\(identity.dkimStatus), and signing is off",
            cure: "switch it on: "
                + deployment.aws(
                    "sesv2 put-email-identity-dkim-attributes --email-identity \(domain) "
                        + "--signing-enabled"))
    }

    /// - Parameter wanted: the MAIL FROM domain that is wanted; nil accepts the present one.
    func mailFrom(wanted: DNSName? = nil) -> Part {
        let there = DNSName(identity.mailFromDomain)
        let name = wanted ?? there
        let setting =
            "sesv2 put-email-identity-mail-from-attributes --email-identity \(domain) "
            + "--mail-from-domain \(name)"
        guard there == name, !there.text.isEmpty else {
            return Part(
                subject: "MAIL FROM",
                status: there.text.isEmpty
                    ? "none" : "SES uses \"\(there)\" (\(identity.mailFromStatus))",
                cure: name.text.isEmpty
                    ? "make it: \(deployment.applying)" : "set it: \(deployment.aws(setting))")
        }
        return Part(
            subject: "MAIL FROM", status: identity.mailFromStatus,
            cure: identity.mailFromStatus == "SUCCESS"
                ? nil : cure(identity.mailFromStatus, setting))
    }

    private func cure(_ status: String, _ looking: String) -> String {
        let looking = deployment.aws(looking)
        return switch status {
        case "PENDING":
            "publish the records; SES looks for them for 72 hours by itself"
        case "FAILED":
            "publish the records; SES has given up and looks again only after: \(looking)"
        case "TEMPORARY_FAILURE":
            "publish the records again, which SES had found before; it gives up within 72 hours, "
                + "and looks at once after: \(looking)"
        default:
            "publish the records, and have SES look: \(looking)"
        }
    }
}
