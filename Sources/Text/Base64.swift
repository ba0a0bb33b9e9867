/// Bytes as the text that JSON carries them in: RFC 4648 §4, padded, on one line.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        let alphabet: StaticString =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = (0..<3).reduce(UInt32(0)) { bits, offset in
                bits << 8 | (offset < group.count ? UInt32(group[start + offset]) : 0)
            }
            for digit in 0..<4 {
                let isData = digit <= group.count
                text.append(
                    isData
                        ? alphabet.utf8Start[Int(bits >> (18 - 6 * UInt32(digit)) & 0x3F)]
                        : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Base64 {
    /// The bytes that the text stands for, or nil if it is not whole, padded base64.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let isLast = start + 4 == text.count
            var bits: UInt32 = 0
            for (offset, digit) in text[start..<start + 4].enumerated() {
                let isPadding = isLast && offset >= 4 - padding
                guard let value = isPadding ? 0 : value(of: digit) else { return nil }
                bits = bits << 6 | UInt32(value)
            }
            let group = [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
            bytes += group.prefix(isLast ? 3 - padding : 3)
        }
        return bytes
    }

    /// The bytes that base64 in a mail stands for: everything but its digits is left out, and what
    /// follows the padding is not base64 any more (RFC 2045 §6.8).
    package static func decodeLines(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            // Padding ends a group of two or three digits; elsewhere it means nothing.
            if byte == UInt8(ascii: "="), count >= 2 { break }
            guard let value = value(of: byte) else { continue }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                bytes += [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
                count = 0
            }
        }
        if count >= 2 {
            bits <<= UInt32(6 * (4 - count))
            bytes.append(UInt8(bits >> 16 & 0xFF))
            if count == 3 { bytes.append(UInt8(bits >> 8 & 0xFF)) }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
