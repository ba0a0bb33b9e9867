internal import Text

/// The sender of a mail, according to its envelope, its headers and SES's verdicts.
extension ReceivedMail {
    /// The envelope's sender in the form that SES and a header accept; nil if it is not an address.
    package var senderMailbox: String? {
        mail.source.flatMap { EmailAddress.mailbox($0) }
    }

    /// The address in From; nil unless there is exactly one From field with exactly one address,
    /// on which the header and `commonHeaders` agree, and SES cut no headers off: of several, SES
    /// may have checked another one.
    package var fromAddress: EmailAddress? {
        guard !mail.headersTruncated,
            let fields = mail.headers?.fields.filter({ $0.name.equalsIgnoringASCIICase("From") }
            ),
            fields.count == 1, fields[0].value.utf8.count <= Self.longestFrom,
            let picked = mail.commonHeaders?.from, picked.count == 1,
            let address = EmailAddress(soleIn: fields[0].value),
            picked[0].hasSameBytes(as: fields[0].value)
                || EmailAddress(soleIn: picked[0]) == address
        else { return nil }
        return address
    }

    /// The address in From where DMARC proves its domain.
    package var provedFrom: EmailAddress? {
        receipt.dmarcVerdict == .pass ? fromAddress : nil
    }

    /// Whether the envelope's domain is proved: by SPF, or by DMARC where From's domain is the same
    /// or a parent of it.
    ///
    /// Never the reverse: the owner of a subdomain must not cause reports to its parent. DKIM alone
    /// proves nothing about the envelope.
    package var isSenderProved: Bool {
        if receipt.spfVerdict == .pass { return true }
        guard let from = provedFrom, let sender = EmailAddress(strict: mail.source ?? "") else {
            return false
        }
        return sender.isWithin(domain: from.domain)
    }

    /// The same mail with all of its headers, read from the stored copy.
    package func replacingHeaders(with headers: MailHeaders) -> ReceivedMail {
        var copy = self
        copy.mail.headers = headers
        copy.mail.headersTruncated = false
        return copy
    }

    /// The limit in bytes. A reduced notification cuts headers at 1 KB, where a cut does not show.
    private static let longestFrom = 1000
}
