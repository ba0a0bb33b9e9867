/// Percent-encoding: everything but RFC 3986's unreserved set becomes `%XX` with capital
/// hexadecimal digits, as SigV4 demands too.
package enum PercentEncoding {
    /// Encodes a path segment, a query key or value, or a form field; `allowingSlash` keeps `/`.
    package static func encode(_ text: String, allowingSlash: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy {
            isUnreserved($0) || allowingSlash && $0 == UInt8(ascii: "/")
        }
        return isPlain ? text : encode(text.utf8, allowingSlash: allowingSlash)
    }

    package static func encode(_ bytes: some Collection<UInt8>, allowingSlash: Bool = false)
        -> String
    {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + bytes.count / 4)
        for byte in bytes {
            if isUnreserved(byte) || (allowingSlash && byte == UInt8(ascii: "/")) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(hexDigit(byte >> 4))
                encoded.append(hexDigit(byte & 0xF))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `a=1&b=2`, both sides encoded, a space as `%20` (never `+`).
    package static func form(_ pairs: KeyValuePairs<String, String>) -> String {
        pairs.map { "\(encode($0.key))=\(encode($0.value))" }.joined(separator: "&")
    }

    /// The text that `%XX` escapes stand in for.
    package static func decode(_ text: String) -> String {
        String(decoding: bytes(text.utf8), as: UTF8.self)
    }

    /// The bytes that `%XX` stands for; a stray `%` stands for itself, and `+` for a plus.
    package static func bytes(_ text: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether RFC 3986 §2.3 lets the byte stand for itself.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
