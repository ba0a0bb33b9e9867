internal import Text

/// The rules for whether a report may be sent to a mail's sender. Pure, from the notification
/// alone.
///
/// A report to a machine starts a loop (RFC 3834 §2), and one to a forged sender is spam.
package struct BouncePolicy: Equatable, Sendable {
    /// The address that reports are sent from.
    package let bounceSender: String
    /// The MAIL FROM domains of the deployment. Mail from them is about its own mail.
    package let ownMailFromDomains: [String]
    /// Whether the domain of the envelope sender must be proved.
    package let requiresAuthentication: Bool

    package init(
        bounceSender: String, ownMailFromDomains: [String] = [], requiresAuthentication: Bool = true
    ) {
        self.bounceSender = bounceSender
        self.ownMailFromDomains = ownMailFromDomains
        self.requiresAuthentication = requiresAuthentication
    }

    /// The reason why no report may be sent; `nil` if one may.
    package func suppressionReason(for mail: ReceivedMail) -> SuppressionReason? {
        senderReason(mail.mail.source ?? "") ?? headerReason(mail) ?? verdictReason(mail)
    }

    private func senderReason(_ source: String) -> SuppressionReason? {
        let source = source.equalsIgnoringASCIICase("<>") ? "" : source
        guard !source.utf8.allSatisfy(\.isASCIIWhitespace) else { return .noSender }
        // A bare MAILER-DAEMON is how some write an empty sender.
        guard let address = EmailAddress(strict: source) else {
            return source.equalsIgnoringASCIICase("mailer-daemon")
                ? .automaticSender : .malformedSender
        }
        if AutomaticName.isNoReply(address) || AutomaticName.isMailSystem(address) {
            return .automaticSender
        }
        let isOurs =
            EmailAddress(bounceSender.trimmingASCIIWhitespace) == address
            || ownMailFromDomains.contains {
                $0.trimmingASCIIWhitespace.equalsIgnoringASCIICase(address.domain)
            }
        return isOurs ? .ownSender : nil
    }

    private func verdictReason(_ mail: ReceivedMail) -> SuppressionReason? {
        if mail.receipt.spamVerdict == .fail { return .spam }
        if mail.receipt.virusVerdict == .fail { return .virus }
        if mail.receipt.spfVerdict == .fail { return .spfFailed }
        if mail.receipt.dmarcVerdict == .fail { return .dmarcFailed }
        return requiresAuthentication && !mail.isSenderProved ? .unauthenticated : nil
    }
}
