/// The reason why the sender of an undeliverable mail gets no report.
///
/// The raw values are for logs.
package enum SuppressionReason: String, Equatable, Sendable, CaseIterable {
    /// The envelope sender is empty: this is mail about mail (RFC 5321 §6.1).
    case noSender = "no-sender"
    /// The envelope sender is no ASCII address.
    case malformedSender = "malformed-sender"
    /// The envelope sender's name, or the author's, is that of a mailbox that nobody reads.
    case automaticSender = "automatic-sender"
    /// The report would come back to this deployment.
    case ownSender = "own-sender"
    case autoSubmitted = "auto-submitted"
    case bulkPrecedence = "bulk-precedence"
    case mailingList = "mailing-list"
    case deliveryReport = "delivery-report"
    /// The mail is an automatic answer, in the words of some program.
    case autoReply = "auto-reply"
    /// The sender's software asks for no reports (MS-OXCMAIL §2.2.3.2.14).
    case autoResponseSuppress = "auto-response-suppress"
    /// `X-Loop` names this deployment or a recipient: the mail has been here before.
    case loop
    case spam
    case virus
    case spfFailed = "spf-failed"
    case dmarcFailed = "dmarc-failed"
    /// Neither SPF nor DMARC proves the domain of the envelope sender.
    case unauthenticated
    /// SES cut headers off, and the stored mail does not show the whole header either.
    case headersCut = "headers-cut"
}
