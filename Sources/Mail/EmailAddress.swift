internal import Text

/// The local part and the domain of an address.
///
/// Both are ASCII lower-cased: by RFC 5321 §2.4 a local part could differ by case, by convention
/// none does. Non-ASCII bytes stay as they are.
package struct EmailAddress: Sendable {
    package let local: String
    package let domain: String

    /// Splits at the last `@`, since a quoted local part may hold another (RFC 5321 §4.1.2).
    ///
    /// One trailing dot of the domain is dropped. `nil` if either side is empty.
    package init?(_ received: String) {
        var received = received
        let parts: (local: String, domain: String)? = received.withUTF8 { bytes in
            guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
            var domain = bytes[(at + 1)...]
            if domain.last == UInt8(ascii: ".") { domain.removeLast() }
            guard at > 0, !domain.isEmpty else { return nil }
            return (
                String(asciiLowercasing: bytes[..<at]), String(asciiLowercasing: domain)
            )
        }
        guard let parts else { return nil }
        self.init(local: parts.local, domain: parts.domain)
    }

    private init(local: String, domain: String) {
        self.local = local
        self.domain = domain
    }

    /// `local@domain`.
    package var text: String { "\(local)@\(domain)" }

    /// The address without its `+tag`; `nil` if it has none.
    ///
    /// The tag starts at the first `+` outside quotes, and only with something before it:
    /// `+tag@example.com` must not become `@example.com`.
    package var withoutTag: EmailAddress? {
        var isQuoted = false
        var isEscaped = false
        for index in local.utf8.indices {
            let byte = local.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = isQuoted
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "+"), !isQuoted {
                guard index > local.startIndex else { return nil }
                return EmailAddress(local: String(local[..<index]), domain: domain)
            }
        }
        return nil
    }

    /// Whether this address receives reports and other mail of machines (RFC 2142, RFC 5321
    /// §4.5.1).
    ///
    /// Bouncing what arrives here starts loops: a DMARC report is answered by a report, and so on.
    package var isRole: Bool {
        let name = withoutTag?.local ?? local
        return Self.roles.contains { $0.hasSameBytes(as: name) }
    }

    private static let roles = ["postmaster", "abuse", "dmarc", "tlsrpt", "mailer-daemon"]
}

extension EmailAddress: Equatable {
    package static func == (left: EmailAddress, right: EmailAddress) -> Bool {
        left.local.hasSameBytes(as: right.local) && left.domain.hasSameBytes(as: right.domain)
    }
}
