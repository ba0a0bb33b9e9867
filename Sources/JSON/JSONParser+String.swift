internal import Text

/// Strings, their escapes, and the half surrogate pairs that mails bring (RFC 8259 §7, §8.2).
extension JSONParser {
    /// A string; the index stands at its opening quote.
    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        index = PlainText.end(in: bytes, from: index, stoppingAtDelete: false)
        if take(UInt8(ascii: "\"")) { return isSkipping ? "" : text(start..<index - 1) }
        if isSkipping {
            try skipEscapes()
            return ""
        }
        return try escapedString(from: start)
    }

    /// Checks the rest of a string, whose first escape or wrong byte the index stands at.
    private mutating func skipEscapes() throws(JSONError) {
        // Larger than what any escape stands for.
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8) { space in
            Result { () throws(JSONError) in
                while index < bytes.count {
                    if take(UInt8(ascii: "\"")) { return }
                    guard peek == UInt8(ascii: "\\") else {
                        throw error("a control character in a string")
                    }
                    _ = try unescape(into: space, at: 0)
                    index = PlainText.end(in: bytes, from: index, stoppingAtDelete: false)
                }
                throw error("a string without an end")
            }
        }.get()
    }

    /// A string that has escapes, from its first byte on. What escapes stand for is never longer
    /// than they are, so the string's own storage is written at once.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        let end = try closingQuote()
        index = start
        var failure: JSONError?
        let text = String(unsafeUninitializedCapacity: end - start) { text in
            do throws(JSONError) {
                return try unescape(upTo: end, into: text)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        index = end + 1
        return text
    }

    /// The index of the quote that ends the string; the index stands within it.
    private mutating func closingQuote() throws(JSONError) -> Int {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: throw error("a control character in a string")
            }
            index = PlainText.end(in: bytes, from: min(index, bytes.count), stoppingAtDelete: false)
        }
        throw error("a string without an end")
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// Writes what the bytes from the index to `end` stand for, and answers how many that are.
    private mutating func unescape(
        upTo end: Int, into text: UnsafeMutableBufferPointer<UInt8>
    ) throws(JSONError) -> Int {
        let source = UnsafeBufferPointer(rebasing: bytes[..<end])
        var next = index
        var count = 0
        while true {
            let plain = PlainText.copy(
                from: source, at: next, to: text[count...], stoppingAtDelete: false)
            next += plain
            count += plain
            guard next < end else { break }
            // A document within a document has hardly another escape.
            if bytes[next + 1] == UInt8(ascii: "\"") {
                text[count] = UInt8(ascii: "\"")
                next += 2
                count += 1
            } else {
                index = next
                count = try unescape(into: text, at: count)
                next = index
            }
        }
        index = next
        return count
    }

    /// Writes what the escape at the index stands for, and answers where the next byte goes.
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
