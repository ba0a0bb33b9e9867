internal import Text

/// The parts of the report that machines read.
extension DeliveryStatusNotification {
    /// The body of `message/delivery-status` (RFC 3464 §2): the mail's fields, then a group of
    /// fields for each recipient.
    var deliveryStatus: String {
        var groups = [HeaderField.structured("Reporting-MTA", "dns; \(reportingMTA)")]
        if let arrivalDate = mail.arrivalDate {
            groups[0] += HeaderField.structured("Arrival-Date", arrivalDate)
        }
        for target in targets {
            let status = target.status
            groups.append(
                HeaderField.structured("Final-Recipient", Self.typed(target.target))
                    + HeaderField.structured("Action", "failed")
                    + HeaderField.structured("Status", status.code)
                    + HeaderField.structured(
                        "Diagnostic-Code", "smtp; 550 \(status.code) \(status.diagnostic)"))
        }
        return groups.joined(separator: "\r\n")
    }

    /// The body of `text/rfc822-headers` (RFC 6522 §4): the headers of the sender's mail that SES
    /// reports, without those that SES itself added.
    var originalHeaders: String {
        let common = mail.mail.commonHeaders
        let headers = mail.mail.headers ?? MailHeaders()
        let picked: [(name: String, value: String?)] = [
            ("From", common?.from?.joined(separator: ", ")),
            ("To", common?.to?.joined(separator: ", ")),
            ("Subject", common?.subject), ("Date", common?.date),
            ("Message-ID", common?.messageId),
        ]
        let missing = picked.compactMap { field in
            headers[field.name] == nil ? field.value.map { (name: field.name, value: $0) } : nil
        }
        var result = ""
        for field in headers.fields.map({ (name: $0.name, value: $0.value) }) + missing
        where HeaderField.isName(field.name)
            && !field.name.hasPrefix(ignoringASCIICase: "X-SES-")
        {
            // SES passes on about 10 KB of headers; a report need not hold more.
            guard result.utf8.count < 16_384 else { break }
            result += HeaderField.structured(field.name, field.value.cut(atBytes: 8192))
        }
        return result
    }

    /// An address with its type. One beyond ASCII is written as `utf-8-addr-xtext`, the form that
    /// RFC 6533 §3 has for this part where it must stay ASCII: `\x{E9}` for é.
    private static func typed(_ recipient: String) -> String {
        let address = recipient.visible.cut(atBytes: 800)
        guard !address.isPrintableASCII else { return "rfc822; \(address)" }
        let escaped = address.unicodeScalars.map { scalar in
            let isLiteral = 0x21...0x7E ~= scalar.value && !"+=\\".unicodeScalars.contains(scalar)
            return isLiteral
                ? String(scalar) : "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
        return "utf-8; \(escaped.joined())"
    }
}

extension RoutingTarget {
    /// The enhanced status code (RFC 3463) with its words for machines and for people.
    var status: (code: String, diagnostic: String, explanation: String) {
        switch reason {
        case .lookupFailed:
            (
                "5.3.0", "Routing failed",
                "Our system could not find out what to do with mail for this address."
            )
        case .noRule:
            (
                "5.1.1", "Recipient address is not configured",
                "This address is not configured to receive mail."
            )
        case .ended:
            (
                "5.2.1", "Recipient address no longer accepts mail",
                "This address no longer accepts mail."
            )
        case .senderNotListed:
            (
                "5.7.1", "Sender is not allowed to write to the recipient",
                "This address does not accept mail from you."
            )
        default:
            (
                "5.1.1", "Recipient address does not accept mail",
                "This address does not accept mail."
            )
        }
    }
}
