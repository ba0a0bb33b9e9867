internal import HTTP
internal import Lambda
internal import Mail
internal import Process
internal import Text

/// The deployment's own test message. It is sent on a schedule; its arrival shows that mail comes
/// in.
///
/// A stranger must not be able to replace a missing one: its address and its token are random and
/// secret, and SES must prove who sent it.
struct Canary {
    private let address: String
    private let token: Secret
    private let mailbox: String

    /// Reads `CANARY_ADDRESS`, `CANARY_TOKEN` and `CANARY_MAILBOX`; nil if none is set.
    /// - Throws: `ConfigurationError` if only some are set, or if one is not an address.
    init?(_ environment: Environment) throws(ConfigurationError) {
        let address = environment.optional("CANARY_ADDRESS")
        let token = environment.optional("CANARY_TOKEN")
        let mailbox = environment.optional("CANARY_MAILBOX")
        if address == nil, token == nil, mailbox == nil { return nil }
        guard let address else { throw .missing("CANARY_ADDRESS") }
        guard let token else { throw .missing("CANARY_TOKEN") }
        guard let mailbox else { throw .missing("CANARY_MAILBOX") }
        for (name, value) in [("CANARY_ADDRESS", address), ("CANARY_MAILBOX", mailbox)]
        where EmailAddress(strict: value) == nil {
            // The address is as secret as the token.
            throw .invalid(name, value: "<redacted>", expected: "a mail address")
        }
        self.address = address
        self.token = Secret(token)
        self.mailbox = mailbox
    }

    /// The one target of a mail that is the canary, or nil for any other mail.
    func target(of mail: ReceivedMail) -> ForwardTarget? {
        guard mail.recipients.count == 1, let recipient = mail.recipients.first,
            ConstantTime.areEqual(recipient.asciiLowercased, address.asciiLowercased),
            let given = mail.mail.headers?["X-Ses-Mail-Canary"],
            ConstantTime.areEqual(given, token.value), isProved(mail)
        else { return nil }
        return .canary(target: recipient, mailbox: mailbox)
    }

    /// Whether SES proved that the deployment's own domain sent it: by DMARC, or by SPF for an
    /// envelope sender in the MAIL FROM domain, which is below the domain of the canary's address.
    private func isProved(_ mail: ReceivedMail) -> Bool {
        if mail.receipt.dmarcVerdict == .pass { return true }
        guard mail.receipt.spfVerdict == .pass, let domain = EmailAddress(address)?.domain,
            let sender = EmailAddress(strict: mail.mail.source ?? "")
        else { return false }
        return sender.isWithin(domain: domain)
    }
}
