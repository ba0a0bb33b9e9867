internal import AWS
internal import Delivery
internal import Mail

/// The header of the stored mail, for a mail of whose headers SES sent only the first 10 KB.
struct StoredHeader {
    let bucket: String
    /// Returns the first bytes of the object; nil if there is no such object.
    let readBeginning: (_ key: String, _ byteCount: Int) throws(AWSError) -> [UInt8]?

    /// Reads all of the mail's headers; nil if the object is gone, or if its header is longer than
    /// 256 KB.
    func headers(
        of mail: ReceivedMail, id originalMessageId: String
    ) throws(AWSError) -> MailHeaders? {
        let stored = StoredMail(mail, id: originalMessageId, bucket: bucket)
        guard let beginning = try readBeginning(stored.key, 256 << 10) else { return nil }
        let block = HeaderBlock(beginning)
        return block.isWhole ? MailHeaders(block.fields) : nil
    }
}

/// A mail with the headers that show whether a report may be sent to its sender.
struct Evidence {
    let mail: ReceivedMail
    /// The reason why no report may be sent; nil if one may.
    let suppressionReason: SuppressionReason?
}

extension BouncerHandler {
    /// Collects the evidence on a mail. If SES cut headers off, they are read from the stored mail.
    func evidence(
        on mail: ReceivedMail, _ decision: RoutingDecision
    ) throws(AWSError) -> Evidence {
        let reason = policy.suppressionReason(for: mail)
        let hasReason = reason != nil && reason != .unauthenticated
        // Only complete headers can prove a sender, so a missing proof suppresses nothing yet.
        if !mail.mail.headersTruncated || hasReason {
            return Evidence(mail: mail, suppressionReason: reason)
        }
        guard let headers = try storedHeader?.headers(of: mail, id: decision.originalMessageId)
        else { return Evidence(mail: mail, suppressionReason: .headersCut) }
        let whole = mail.replacingHeaders(with: headers)
        return Evidence(mail: whole, suppressionReason: policy.suppressionReason(for: whole))
    }
}
