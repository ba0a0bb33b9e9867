internal import Text

/// The headers by which programs say that no person wrote a mail.
extension BouncePolicy {
    func headerReason(_ mail: ReceivedMail) -> SuppressionReason? {
        let headers = mail.mail.headers ?? MailHeaders()
        if headers.values(of: "Auto-Submitted").contains(where: { $0.keyword != "no" }) {
            return .autoSubmitted
        }
        let precedences = headers.values(of: "Precedence").flatMap(\.keywords)
        if precedences.contains(where: ["bulk", "list", "junk"].contains) {
            return .bulkPrecedence
        }
        if precedences.contains(where: ["auto_reply", "auto-reply"].contains)
            || headers["X-Autoreply"] != nil || headers["X-Autorespond"] != nil
        {
            return .autoReply
        }
        if headers.contains(prefix: "List-") { return .mailingList }
        if headers["X-Failed-Recipients"] != nil
            || headers.values(of: "Content-Type").contains(where: {
                $0.keyword == "multipart/report"
            })
        {
            return .deliveryReport
        }
        if isFromMailSystem(mail) { return .automaticSender }
        let suppressed = headers.values(of: "X-Auto-Response-Suppress").flatMap(\.keywords)
        if suppressed.contains(where: ["all", "ndr"].contains) { return .autoResponseSuppress }
        return headers.values(of: "X-Loop").contains { isLoop($0, mail) } ? .loop : nil
    }

    private func isFromMailSystem(_ mail: ReceivedMail) -> Bool {
        let headers = mail.mail.headers?.values(of: "From") ?? []
        let addresses = (headers + (mail.mail.commonHeaders?.from ?? []))
            .flatMap { AddressList($0).addresses }
        return addresses.contains { text in
            EmailAddress(text).map(AutomaticName.isMailSystem)
                ?? AutomaticName.isMailSystem(text.asciiLowercased)
        }
    }

    private func isLoop(_ value: String, _ mail: ReceivedMail) -> Bool {
        let named = AddressList(value).addresses.flatMap(\.keywords)
        return ([bounceSender.trimmingASCIIWhitespace] + mail.recipients).contains { ours in
            named.contains { $0.equalsIgnoringASCIICase(ours) }
        }
    }
}

extension String {
    /// A header's value without parameters, comments and white space, in ASCII lower case.
    fileprivate var keyword: String {
        let bytes = withoutComments.prefix { $0 != UInt8(ascii: ";") }
        return String(decoding: bytes.filter { !$0.isASCIIWhitespace }, as: UTF8.self)
            .asciiLowercased
    }

    /// The words of a header's value, whatever separates them, in ASCII lower case.
    fileprivate var keywords: [String] {
        withoutComments.split { $0.isASCIIWhitespace || ",;".utf8.contains($0) }
            .map { String(decoding: $0, as: UTF8.self).asciiLowercased }
    }

    /// The bytes without comments, which may be nested (RFC 5322 §3.2.2), and quotation marks.
    private var withoutComments: [UInt8] {
        var kept: [UInt8] = []
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for byte in utf8 {
            if isEscaped {
                isEscaped = false
                if depth == 0 { kept.append(byte) }
            } else if byte == UInt8(ascii: "\\"), isQuoted || depth > 0 {
                isEscaped = true
            } else if byte == UInt8(ascii: "\""), depth == 0 {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "("), !isQuoted {
                depth += 1
                if depth == 1 { kept.append(UInt8(ascii: " ")) }
            } else if byte == UInt8(ascii: ")"), depth > 0 {
                depth -= 1
            } else if depth == 0 {
                kept.append(byte)
            }
        }
        return kept
    }
}
