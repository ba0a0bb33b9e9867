internal import AWS
internal import Mail

/// The header of the stored mail, for a mail of whose headers SES sent only the first 10 KB.
struct StoredHeader {
    let bucket: String
    /// The first bytes of the object; nil where there is no such object.
    let readBeginning: (_ key: String, _ byteCount: Int) throws(AWSError) -> [UInt8]?

    /// The mail's headers, all of them; nil where the object is gone, or its header does not end in
    /// the first 256 KB.
    func headers(of notice: Notice) throws(AWSError) -> MailHeaders? {
        guard let beginning = try readBeginning(key(of: notice), 256 << 10) else { return nil }
        let block = HeaderBlock(beginning)
        return block.isWhole ? MailHeaders(block.fields) : nil
    }

    /// Where SES says that it put the mail, so long as it is our bucket; else where our receipt
    /// rule puts mail.
    private func key(of notice: Notice) -> String {
        notice.mail.receipt.action?.key(in: bucket)
            ?? "emails/\(notice.decision.originalMessageId)"
    }
}

extension BouncerHandler {
    /// The reason why no report may be sent, nil if one may. Where SES cut headers off, the
    /// evidence is looked for in the stored mail, whose headers the notice has afterwards.
    func suppressionReason(for notice: inout Notice) throws(AWSError) -> SuppressionReason? {
        let reason = policy.suppressionReason(for: notice.mail)
        guard notice.mail.mail.headersTruncated else { return reason }
        // Only whole headers can prove a sender, so that lack of proof is no reason yet.
        if let reason, reason != .unauthenticated { return reason }
        guard let headers = try storedHeader?.headers(of: notice) else { return .headersCut }
        notice.mail = notice.mail.replacingHeaders(with: headers)
        return policy.suppressionReason(for: notice.mail)
    }
}
