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
                let (high, low) = byte.capitalHexDigits
                encoded.append(UInt8(ascii: "%"))
                encoded.append(high)
                encoded.append(low)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The body of a form: `a=1&b=2`, both sides encoded, a space as `%20` (never `+`).
    package static func form(_ pairs: KeyValuePairs<String, String>) -> String {
        form(pairs.map { ($0.key, $0.value) })
    }

    package static func form(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
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
                let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue
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

    /// Whether RFC 3986 §2.3 lets the byte stand for itself.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }
}
