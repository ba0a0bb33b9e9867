internal import Text

extension EmailAddress {
    /// An address that can be written to: a `Mailbox` of RFC 5321 §4.1.2 in ASCII, 320 bytes at
    /// most.
    ///
    /// The dots of its local part may be anywhere, since such addresses are in use. SES takes no
    /// others (no SMTPUTF8). `nil` for all else: line ends, spaces, commas, angle brackets.
    package init?(strict text: String) {
        var text = text
        let isMailbox = text.withUTF8 { bytes in
            guard bytes.count <= 320, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else {
                return false
            }
            return Self.isLocalPart(bytes[..<at]) && Self.isDomain(bytes[(at + 1)...])
        }
        guard isMailbox else { return nil }
        self.init(text)
    }

    /// The same address in the form that SES and a header accept: a local part that is not a
    /// dot-atom, such as `a..b` or `ab.`, is quoted (RFC 5321 §4.1.2), and a dot at the end of the
    /// domain is dropped. `nil` if `init(strict:)` refuses the text.
    static func mailbox(_ text: String) -> String? {
        guard EmailAddress(strict: text) != nil, let at = text.utf8.lastIndex(of: UInt8(ascii: "@"))
        else { return nil }
        let local = text[..<at]
        var domain = text[at...].utf8
        if domain.last == UInt8(ascii: ".") { domain.removeLast() }
        let atoms = local.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDotAtom = atoms.allSatisfy { !$0.isEmpty }
        return local.utf8.first == UInt8(ascii: "\"") || isDotAtom
            ? "\(local)\(Substring(domain))" : "\"\(local)\"\(Substring(domain))"
    }

    /// Whether the address is at the domain or at a domain below it.
    package func isWithin(domain other: String) -> Bool {
        domain.hasSameBytes(as: other)
            || domain.utf8.reversed().starts(with: ".\(other)".utf8.reversed())
    }

    private static func isLocalPart(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard bytes.first == UInt8(ascii: "\"") else { return bytes.allSatisfy(\.isAtomTextOrDot) }
        guard bytes.count > 2, bytes.last == UInt8(ascii: "\"") else { return false }
        var isEscaped = false
        for byte in bytes.dropFirst().dropLast() {
            guard 0x20...0x7E ~= byte else { return false }
            if !isEscaped, byte == UInt8(ascii: "\"") { return false }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return !isEscaped
    }

    private static func isDomain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard bytes.first == UInt8(ascii: "[") else {
            var isLabelEmpty = true
            for byte in bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes {
                let isDot = byte == UInt8(ascii: ".")
                guard isDot ? !isLabelEmpty : byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-")
                else { return false }
                isLabelEmpty = isDot
            }
            return !isLabelEmpty
        }
        return bytes.count > 2 && bytes.last == UInt8(ascii: "]")
            && bytes.dropFirst().dropLast().allSatisfy {
                $0.isASCIIAlphanumeric || ".:-".utf8.contains($0)
            }
    }
}

extension UInt8 {
    /// `atext` (RFC 5322 §3.2.3) or a dot.
    fileprivate var isAtomTextOrDot: Bool {
        isASCIIAlphanumeric || ".!#$%&'*+-/=?^_`{|}~".utf8.contains(self)
    }
}
