/// Comparisons of names and addresses: by bytes, and only `A`–`Z` has a small form.
///
/// `String` itself would find "é" equal to "e" + U+0301 and would lower-case the Kelvin sign to
/// `k`, so a recipient could reach a rule that was written for another address.
extension String {
    /// The same text with the ASCII capitals made small; every other byte stays as it is.
    package var asciiLowercased: String {
        var text = self
        return text.withUTF8 { text in
            text.contains(where: \.isASCIICapital) ? String(asciiLowercasing: text[...]) : nil
        } ?? self
    }

    /// The text of the UTF-8 with the ASCII capitals made small.
    package init(asciiLowercasing utf8: Slice<UnsafeBufferPointer<UInt8>>) {
        self.init(unsafeUninitializedCapacity: utf8.count) { lowered in
            var count = 0
            for byte in utf8 {
                lowered.initializeElement(at: count, to: byte.asciiLowercased)
                count += 1
            }
            return count
        }
    }

    /// Whether both are the same bytes: no canonical equivalence.
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (text, other) = (self, other)
        return text.withUTF8 { text in
            other.withUTF8 { other in text.elementsEqual(other) }
        }
    }

    /// Whether both are the same bytes after ASCII lower-casing: the Kelvin sign is no `k`.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && hasPrefix(ignoringASCIICase: other)
    }

    /// Whether this text begins with `prefix`, ASCII case aside.
    package func hasPrefix(ignoringASCIICase prefix: String) -> Bool {
        guard utf8.count >= prefix.utf8.count else { return false }
        var (text, prefix) = (self, prefix)
        return text.withUTF8 { text in
            prefix.withUTF8 { prefix in
                prefix.indices.allSatisfy { text[$0].asciiLowercased == prefix[$0].asciiLowercased }
            }
        }
    }

    /// The longest beginning that fits into `maximumBytes` of UTF-8, whole scalars only.
    package func cut(atBytes maximumBytes: Int) -> String {
        guard utf8.count > maximumBytes else { return self }
        var end = utf8.index(startIndex, offsetBy: maximumBytes)
        while end > startIndex, utf8[end] & 0b1100_0000 == 0b1000_0000 {
            utf8.formIndex(before: &end)
        }
        return String(self[..<end])
    }

    /// The first `maximumScalars` Unicode scalars.
    package func cut(atScalars maximumScalars: Int) -> String {
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

/// The classes of ASCII bytes.
extension UInt8 {
    @inlinable package var isASCIICapital: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
    @inlinable package var isASCIISmall: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self }
    @inlinable package var isASCIILetter: Bool { isASCIICapital || isASCIISmall }
    @inlinable package var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
    @inlinable package var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// Space, tab, CR or LF.
    @inlinable package var isASCIIWhitespace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A
    }

    /// The byte with A–Z folded to a–z.
    @inlinable package var asciiLowercased: UInt8 { isASCIICapital ? self | 0x20 : self }
}

extension String {
    /// Whether the texts differ in the case of letters only, of all of Unicode's.
    package func isSameText(ignoringCase other: String) -> Bool {
        lowercased() == other.lowercased()
    }
}
