package import FoundationEssentials

/// How is JSON made readable for a strict decoder?
///
/// QUIRK: a mail's subject may hold half of a surrogate pair. It is legal JSON text (RFC 8259 §8.2)
/// but no Unicode, and `JSONDecoder` refuses the whole document: one odd subject would be a poison
/// mail.
package enum JSONText {
    /// Every `\uD800`…`\uDFFF` escape without its partner becomes `\uFFFD`; all else is unchanged.
    ///
    /// Works at one level of JSON: an inner document's `\\ud800` is an escaped backslash and text.
    /// The result has as many bytes as `json`; broken escapes are left for the decoder to refuse.
    package static func replacingLoneSurrogates(in json: Data) -> Data {
        let lone = json.withUnsafeBytes { loneSurrogates(in: $0) }
        guard !lone.isEmpty else { return json }

        var result = json
        result.withUnsafeMutableBytes { (bytes: UnsafeMutableRawBufferPointer) in
            for offset in lone {
                for (position, byte) in #"\uFFFD"#.utf8.enumerated() {
                    bytes[offset + position] = byte
                }
            }
        }
        return result
    }

    /// The offsets of the backslashes of lone surrogate escapes.
    private static func loneSurrogates(in bytes: UnsafeRawBufferPointer) -> [Int] {
        guard mayHoldSurrogates(bytes) else { return [] }
        var found: [Int] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] == backslash else {
                offset += 1
                continue
            }
            switch codeUnit(in: bytes, at: offset) {
            case .some(0xD800...0xDBFF):
                if case .some(0xDC00...0xDFFF) = codeUnit(in: bytes, at: offset + 6) {
                    offset += 12
                } else {
                    found.append(offset)
                    offset += 6
                }
            case .some(0xDC00...0xDFFF):
                found.append(offset)
                offset += 6
            case .some:
                offset += 6
            case .none:
                offset += 2
            }
        }
        return found
    }

    /// The fast path: nearly every document holds no `\ud` at all.
    private static func mayHoldSurrogates(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 6 else { return false }
        for offset in 0..<(bytes.count - 5) where bytes[offset] == backslash {
            if bytes[offset + 1] == UInt8(ascii: "u"), bytes[offset + 2] | 0x20 == UInt8(ascii: "d")
            {
                return true
            }
        }
        return false
    }

    /// The UTF-16 code unit that a `\uXXXX` escape at `offset` stands for.
    private static func codeUnit(in bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt16? {
        guard offset + 6 <= bytes.count, bytes[offset] == backslash,
            bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[(offset + 2)..<(offset + 6)] {
            guard let digit = byte.hexadecimalValue else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private static let backslash = UInt8(ascii: "\\")
}
