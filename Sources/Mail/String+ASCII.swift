/// How are names and addresses compared? By bytes, and only `A`–`Z` has a small form.
///
/// `String` itself would find "é" equal to "e" + U+0301 and would lower-case the Kelvin sign to
/// `k`, so a recipient could reach a rule that was written for another address.
extension String {
    /// The same text with the ASCII capitals made small; every other byte stays as it is.
    package var asciiLowercased: String {
        guard utf8.contains(where: \.isASCIICapital) else { return self }
        return String(unsafeUninitializedCapacity: utf8.count) { buffer in
            var count = 0
            for byte in utf8 {
                buffer[count] = byte.asciiLowercased
                count += 1
            }
            return count
        }
    }

    /// Whether both are the same bytes: no canonical equivalence.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (text, other) = (self, other)
        return text.withUTF8 { text in
            other.withUTF8 { other in text.elementsEqual(other) }
        }
    }

    /// Whether the bytes of `other` occur in this text.
    func containsBytes(of other: String) -> Bool {
        var (text, other) = (self, other)
        return text.withUTF8 { text in
            other.withUTF8 { other in
                guard let first = other.first else { return true }
                guard text.count >= other.count else { return false }
                return (0...text.count - other.count).contains { start in
                    text[start] == first && text[start...].starts(with: other)
                }
            }
        }
    }

    /// Whether both are the same bytes after ASCII lower-casing.
    func isEqual(ignoringASCIICase other: String) -> Bool {
        utf8.count == other.utf8.count && hasPrefix(ignoringASCIICase: other)
    }

    /// Whether this text begins with `prefix`, ASCII case aside.
    func hasPrefix(ignoringASCIICase prefix: String) -> Bool {
        guard utf8.count >= prefix.utf8.count else { return false }
        return zip(utf8, prefix.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// The longest beginning that fits into `maximumBytes` of UTF-8, whole scalars only.
    func cut(atBytes maximumBytes: Int) -> String {
        guard utf8.count > maximumBytes else { return self }
        var end = utf8.index(startIndex, offsetBy: maximumBytes)
        while end > startIndex, utf8[end] & 0b1100_0000 == 0b1000_0000 {
            utf8.formIndex(before: &end)
        }
        return String(self[..<end])
    }

    /// The first `maximumScalars` Unicode scalars.
    func cut(atScalars maximumScalars: Int) -> String {
        guard utf8.count > maximumScalars else { return self }
        return String(unicodeScalars.prefix(maximumScalars))
    }
}

extension StringProtocol {
    /// The text without spaces, tabs and line ends around it.
    package var trimmingASCIIWhitespace: String {
        let bytes = Substring(self).utf8
        // Almost no text has any.
        guard bytes.first?.isASCIIWhitespace == true || bytes.last?.isASCIIWhitespace == true
        else { return String(self) }
        let tail = bytes.drop(while: \.isASCIIWhitespace)
        guard let last = tail.lastIndex(where: { !$0.isASCIIWhitespace }) else { return "" }
        return String(Substring(tail[...last]))
    }
}

extension UInt8 {
    var isASCIICapital: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
    var asciiLowercased: UInt8 { isASCIICapital ? self | 0x20 : self }

    /// Space, tab, CR or LF.
    var isASCIIWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}
