/// May a report be sent to a mail's sender? Pure, from the notification alone.
///
/// A report to a machine starts a loop (RFC 3834 §2), and one to a forged sender is spam of ours.
package struct BouncePolicy: Equatable, Sendable {
    /// The address that our reports come from.
    package let bounceSender: String
    /// The domains of our own envelope senders: what comes from there is mail about our mail.
    package let ownMailFromDomains: [String]
    /// Whether SPF or DKIM must have passed.
    package let requiresAuthentication: Bool

    package init(
        bounceSender: String, ownMailFromDomains: [String] = [], requiresAuthentication: Bool = true
    ) {
        self.bounceSender = bounceSender
        self.ownMailFromDomains = ownMailFromDomains
        self.requiresAuthentication = requiresAuthentication
    }

    /// Why no report may be sent; `nil` if one may.
    package func suppressionReason(for mail: ReceivedMail) -> SuppressionReason? {
        senderReason(mail.mail.source ?? "")
            ?? Self.headerReason(mail.mail.headers ?? MailHeaders())
            ?? verdictReason(mail.receipt)
    }

    private func senderReason(_ source: String) -> SuppressionReason? {
        let source = source.isEqual(ignoringASCIICase: "<>") ? "" : source
        guard !source.utf8.allSatisfy(\.isASCIIWhitespace) else { return .noSender }
        // A bare MAILER-DAEMON is how some write an empty sender.
        guard let address = EmailAddress(strict: source) else {
            return source.isEqual(ignoringASCIICase: "mailer-daemon")
                ? .automaticSender : .malformedSender
        }
        let name = address.withoutTag?.local ?? address.local
        if Self.automaticNames.contains(where: { $0.hasSameBytes(as: name) }) {
            return .automaticSender
        }
        let isOurs =
            EmailAddress(bounceSender.trimmingASCIIWhitespace) == address
            || ownMailFromDomains.contains {
                $0.trimmingASCIIWhitespace.isEqual(ignoringASCIICase: address.domain)
            }
        return isOurs ? .ownSender : nil
    }

    private static func headerReason(_ headers: MailHeaders) -> SuppressionReason? {
        if headers.values(of: "Auto-Submitted").contains(where: { keyword($0) != "no" }) {
            return .autoSubmitted
        }
        if headers.values(of: "Precedence").contains(where: {
            ["bulk", "list", "junk"].contains(keyword($0))
        }) {
            return .bulkPrecedence
        }
        if headers.contains(prefix: "List-") { return .mailingList }
        if headers.values(of: "Content-Type").contains(where: { keyword($0) == "multipart/report" })
        {
            return .deliveryReport
        }
        let suppressed = headers.values(of: "X-Auto-Response-Suppress")
            .flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
            .map { keyword(String(Substring($0))) }
        return suppressed.contains("all") || suppressed.contains("ndr")
            ? .autoResponseSuppress : nil
    }

    private func verdictReason(_ receipt: ReceivedMail.Receipt) -> SuppressionReason? {
        if receipt.spamVerdict == .fail { return .spam }
        if receipt.virusVerdict == .fail { return .virus }
        if receipt.spfVerdict == .fail { return .spfFailed }
        if receipt.dmarcVerdict == .fail { return .dmarcFailed }
        let isAuthenticated = receipt.spfVerdict == .pass || receipt.dkimVerdict == .pass
        return requiresAuthentication && !isAuthenticated ? .unauthenticated : nil
    }

    /// A header's value, lower-cased, without parameters, comments and white space.
    private static func keyword(_ value: String) -> String {
        let end = value.utf8.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "(") }
        let bytes = value.utf8[..<(end ?? value.endIndex)].filter { !$0.isASCIIWhitespace }
        return String(decoding: bytes, as: UTF8.self).asciiLowercased
    }

    private static let automaticNames = [
        "mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply", "do-not-reply",
    ]
}
