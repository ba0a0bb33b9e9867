/// The facts about a mail that routing depends on.
package struct RoutedMail: Equatable, Sendable {
    package var recipients: [String]
    /// The time at which SES received it.
    package var timestamp: String?
    package var senders: MailSenders
    package var hasVirus: Bool
    /// The reason why it is junk; nil if it is not.
    package var junkReason: RoutingReason?
    /// Whether the address in From is proved, so that an invitation may enter the calendar.
    package var isFromProved: Bool

    package init(
        recipients: [String], timestamp: String? = nil, senders: MailSenders = MailSenders(),
        hasVirus: Bool = false, junkReason: RoutingReason? = nil, isFromProved: Bool = false
    ) {
        self.recipients = recipients
        self.timestamp = timestamp
        self.senders = senders
        self.hasVirus = hasVirus
        self.junkReason = junkReason
        self.isFromProved = isFromProved
    }

    /// - Parameter isTrusted: whether SES's verdicts on the content are passed over, as for the
    ///   mail of the integration test.
    package init(_ mail: ReceivedMail, junkDelivery: JunkDelivery, isTrusted: Bool = false) {
        let from = mail.fromAddress
        self.init(
            recipients: mail.recipients, timestamp: mail.mail.timestamp ?? mail.receipt.timestamp,
            senders: MailSenders(mail, from: from),
            hasVirus: !isTrusted && mail.receipt.virusVerdict == .fail,
            junkReason: isTrusted ? nil : junkDelivery.junkReason(of: mail.receipt),
            isFromProved: from != nil && mail.receipt.dmarcVerdict == .pass)
    }
}

/// The handling of junk, which is never bounced.
package enum JunkDelivery: String, CaseIterable, Sendable {
    /// It is stored, and no mailbox sees it.
    case store
    /// It is stored, and imported into Gmail's Spam where its rule forwards.
    case gmailSpam = "gmail-spam"

    /// The reason why the mail is junk. A mail that its sender's domain wants in quarantine counts
    /// as junk only where its reader can find it.
    func junkReason(of receipt: ReceivedMail.Receipt) -> RoutingReason? {
        if receipt.spamVerdict == .fail { return .spam }
        if receipt.isRejectedByDMARC { return .dmarcReject }
        return self == .gmailSpam && receipt.isQuarantinedByDMARC ? .dmarcQuarantine : nil
    }
}
