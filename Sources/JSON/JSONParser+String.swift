internal import Text

/// Strings, their escapes, and the half surrogate pairs that mails bring (RFC 8259 §7, §8.2).
extension JSONParser {
    /// A string; the index stands at its opening quote.
    mutating func string() throws(JSONError) -> String {
        if let text = plainText() {
            return isSkipping ? "" : String(decoding: text, as: UTF8.self)
        }
        let text = try escapedText()
        return isSkipping ? "" : String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a string without escapes, which the index is moved behind; nil if it has
    /// any, or where none stands at the index.
    mutating func plainText() -> UnsafeBufferPointer<UInt8>? {
        guard peek == UInt8(ascii: "\"") else { return nil }
        let end = PlainText.end(in: bytes, from: index + 1, stoppingAtDelete: false)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        defer { index = end + 1 }
        return UnsafeBufferPointer(rebasing: bytes[index + 1..<end])
    }

    /// Decodes the string at the index into `scratch`, where it stays until the next one is read.
    mutating func escapedText() throws(JSONError) -> UnsafeBufferPointer<UInt8> {
        // A decoded escape is never longer than the escape.
        let text = scratch ?? .allocate(capacity: bytes.count)
        scratch = text
        var count = 0
        index += 1
        guard let from = bytes.baseAddress, let into = text.baseAddress else {
            throw error("a string without an end")
        }
        while true {
            let plain = PlainText.copyStart(
                of: from + index, count: bytes.count - index, to: into + count,
                stoppingAtDelete: false)
            index += plain
            count += plain
            guard plain < 8 else { continue }
            guard index < bytes.count else { throw error("a string without an end") }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") {
                // Most escapes of a document within a document are of this kind.
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
                    text[count] = UInt8(ascii: "\"")
                    index += 2
                    count += 1
                } else {
                    count = try unescape(into: text, at: count)
                }
            } else if byte == UInt8(ascii: "\"") {
                index += 1
                return UnsafeBufferPointer(rebasing: text[..<count])
            } else {
                throw error("a control character in a string")
            }
        }
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// Decodes the escape at the index, and returns the place for the next byte.
    private mutating func unescape(
        into text: UnsafeMutableBufferPointer<UInt8>, at position: Int
    ) throws(JSONError) -> Int {
        index += 1
        let escape = peek
        index += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text[position] = escape
        case UInt8(ascii: "b"): text[position] = 0x08
        case UInt8(ascii: "f"): text[position] = 0x0C
        case UInt8(ascii: "n"): text[position] = 0x0A
        case UInt8(ascii: "r"): text[position] = 0x0D
        case UInt8(ascii: "t"): text[position] = 0x09
        case UInt8(ascii: "u"):
            var next = position
            for byte in UTF8.encode(try unicodeEscape()) ?? UTF8.encodedReplacementCharacter {
                text[next] = byte
                next += 1
            }
            return next
        default: throw error("an unknown escape")
        }
        return position + 1
    }

    /// The scalar of `XXXX` or of a surrogate pair; U+FFFD for a surrogate without its partner.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let beforePartner = index
            index += 2
            let partner = try codeUnit()
            if (0xDC00..<0xE000).contains(partner),
                let pair = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (partner - 0xDC00))
            {
                return pair
            }
            index = beforePartner
        }
        isRepaired = true
        return "\u{FFFD}"
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek.hexValue else { throw error("an escape that is no \\uXXXX") }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}
