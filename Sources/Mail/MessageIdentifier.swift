/// A `Message-ID` that can be repeated in another mail's headers.
package struct MessageIdentifier: Equatable, Sendable {
    /// The identifier with its angle brackets.
    package let text: String

    /// The first `<left@right>` in a header's value (RFC 5322 §3.6.4), 900 bytes at most.
    ///
    /// `nil` if there is none, or if it contains white space, brackets or bytes outside ASCII.
    package init?(_ value: String) {
        guard let start = value.utf8.firstIndex(of: UInt8(ascii: "<")),
            let end = value.utf8[start...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let inner = value.utf8[start..<end].dropFirst()
        guard inner.count < 900,
            inner.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "<") }),
            let at = inner.lastIndex(of: UInt8(ascii: "@")),
            at > inner.startIndex, inner.index(after: at) < inner.endIndex
        else { return nil }
        text = "<\(Substring(inner))>"
    }

    /// The identifier of a received mail: that of its headers, else the one that SES picked out.
    package init?(of mail: ReceivedMail) {
        let candidates =
            (mail.mail.headers?.values(of: "Message-ID") ?? [])
            + [mail.mail.commonHeaders?.messageId ?? ""]
        for case let identifier? in candidates.lazy.map({ MessageIdentifier($0) }) {
            self = identifier
            return
        }
        return nil
    }
}
