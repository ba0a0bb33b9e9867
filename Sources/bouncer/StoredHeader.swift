internal import AWS
internal import Delivery
internal import Mail

/// The header of the stored mail, for a mail of whose headers SES sent only the first 10 KB.
struct StoredHeader {
    let bucket: String
    /// The first bytes of the object; nil where there is no such object.
    let readBeginning: (_ key: String, _ byteCount: Int) throws(AWSError) -> [UInt8]?

    /// The mail's headers, all of them; nil where the object is gone, or its header does not end in
    /// the first 256 KB.
    func headers(
        of mail: ReceivedMail, id originalMessageId: String
    ) throws(AWSError) -> MailHeaders? {
        let stored = StoredMail(mail, id: originalMessageId, bucket: bucket)
        guard let beginning = try readBeginning(stored.key, 256 << 10) else { return nil }
        let block = HeaderBlock(beginning)
        return block.isWhole ? MailHeaders(block.fields) : nil
    }
}

/// A mail with the headers that show whether its sender may be told.
struct Evidence {
    let mail: ReceivedMail
    /// The reason why no report may be sent; nil if one may.
    let suppressionReason: SuppressionReason?
}

extension BouncerHandler {
    /// The evidence on a mail. Where SES cut headers off, they are read from the stored mail.
    func evidence(
        on mail: ReceivedMail, _ decision: RoutingDecision
    ) throws(AWSError) -> Evidence {
        let reason = policy.suppressionReason(for: mail)
        let hasReason = reason != nil && reason != .unauthenticated
        // Only whole headers can prove a sender, so that lack of proof is no reason yet.
        if !mail.mail.headersTruncated || hasReason {
            return Evidence(mail: mail, suppressionReason: reason)
        }
        guard let headers = try storedHeader?.headers(of: mail, id: decision.originalMessageId)
        else { return Evidence(mail: mail, suppressionReason: .headersCut) }
        let whole = mail.replacingHeaders(with: headers)
        return Evidence(mail: whole, suppressionReason: policy.suppressionReason(for: whole))
    }
}
