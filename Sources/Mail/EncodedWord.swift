internal import JSON
internal import Text

/// Encoded-words (RFC 2047), which carry text beyond ASCII in a header.
package enum EncodedWord {
    /// The text as encoded-words of 75 characters at most, each with whole scalars in it.
    static func words(for text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            if bytes.count + next.count > 45 {
                words.append(word(bytes))
                bytes = []
            }
            bytes += next
        }
        return bytes.isEmpty ? words : words + [word(bytes)]
    }

    /// The text that is meant. Encoded-words in a character set that is not known, and broken ones,
    /// stay as they are.
    package static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var offset = 0
        var endOfLastWord: Int?
        while offset < bytes.count {
            guard let (word, end) = word(in: bytes, at: offset) else {
                result.append(bytes[offset])
                offset += 1
                continue
            }
            // White space between two words only separates them (§6.2).
            if let start = endOfLastWord, bytes[start..<offset].allSatisfy(\.isASCIIWhitespace) {
                result.removeLast(offset - start)
            }
            result += word
            offset = end
            endOfLastWord = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func word(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Base64.encode(bytes))?="
    }

    /// The UTF-8 that the word at `offset` stands for, and where the word ends.
    private static func word(in bytes: [UInt8], at offset: Int) -> (utf8: [UInt8], end: Int)? {
        guard bytes[offset...].starts(with: "=?".utf8) else { return nil }
        // A word has 75 characters at most (§2); some senders make longer ones.
        let window = bytes[(offset + 2)...].prefix(1000)
        let parts = window.split(
            separator: UInt8(ascii: "?"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3].first == UInt8(ascii: "="),
            !parts[0].isEmpty, !parts[2].contains(where: { $0 <= 0x20 || $0 >= 0x7F })
        else { return nil }

        // A language may follow the character set (RFC 2231 §5).
        let label = parts[0].prefix { $0 != UInt8(ascii: "*") }
        guard let charset = Charset(label: String(decoding: label, as: UTF8.self)) else {
            return nil
        }
        let content: [UInt8]
        switch String(decoding: parts[1], as: UTF8.self).asciiLowercased {
        case "b":
            guard let decoded = base64(parts[2]) else { return nil }
            content = decoded
        case "q": content = QuotedPrintable.decoded(parts[2], underscoresAreSpaces: true)
        default: return nil
        }
        return (charset.utf8(content), parts[3].startIndex + 1)
    }

    /// The bytes that the "B" encoding stands for (§4.1). Some senders leave its padding out.
    private static func base64(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let padding = UInt8(ascii: "=")
        let end = digits.lastIndex { $0 != padding }.map { $0 + 1 } ?? digits.startIndex
        let data = Array(digits[..<end])
        return Base64.decode(data + Array(repeating: padding, count: -data.count & 3))
    }
}
