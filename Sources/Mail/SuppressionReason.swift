/// Why is a mail not answered by a report, although it could not be delivered?
///
/// The raw values are for logs.
package enum SuppressionReason: String, Equatable, Sendable, CaseIterable {
    /// The envelope sender is empty: this is mail about mail (RFC 5321 §6.1).
    case noSender = "no-sender"
    /// The envelope sender is no ASCII address.
    case malformedSender = "malformed-sender"
    /// The envelope sender's name says that nobody reads there.
    case automaticSender = "automatic-sender"
    /// The report would come back to us.
    case ownSender = "own-sender"
    case autoSubmitted = "auto-submitted"
    case bulkPrecedence = "bulk-precedence"
    case mailingList = "mailing-list"
    case deliveryReport = "delivery-report"
    /// The sender's software asks for no reports (MS-OXCMAIL §2.2.3.2.14).
    case autoResponseSuppress = "auto-response-suppress"
    case spam
    case virus
    case spfFailed = "spf-failed"
    case dmarcFailed = "dmarc-failed"
    /// Neither SPF nor DKIM says that the sender is who it claims to be.
    case unauthenticated
}
