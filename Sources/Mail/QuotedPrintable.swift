internal import Text

/// Quoted-printable, which carries text in UTF-8 as ASCII (RFC 2045 §6.7).
enum QuotedPrintable {
    /// The text with lines of 76 characters at most. Lines of `text` end in LF, of the result in
    /// CRLF; a CR in `text` is encoded.
    ///
    /// `=_` can't occur in the result, which is why boundaries begin with it.
    static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 5 / 4)
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            append(line, to: &result)
            result += "\r\n".utf8
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func append(_ line: Substring.UTF8View, to result: inout [UInt8]) {
        var length = 0
        var rest = line
        while let byte = rest.popFirst() {
            let isLast = rest.isEmpty
            let isLiteral = 0x21...0x7E ~= byte && byte != UInt8(ascii: "=")
            // A space is lost at the end of a line (rule 3).
            let isSpace = byte == UInt8(ascii: " ") && !isLast
            let width = isLiteral || isSpace ? 1 : 3
            // Room for the soft line break's `=`.
            if length + width > (isLast ? 76 : 75) {
                result += "=\r\n".utf8
                length = 0
            }
            if width == 1 {
                result.append(byte)
            } else {
                let (high, low) = byte.capitalHexDigits
                result.append(UInt8(ascii: "="))
                result.append(high)
                result.append(low)
            }
            length += width
        }
    }

    /// The bytes that quoted-printable lines stand for. An equals sign that begins no escape stands
    /// for itself.
    /// - Parameter underscoresAreSpaces: as in the "Q" encoding of headers (RFC 2047 §4.2).
    static func decoded(
        _ bytes: ArraySlice<UInt8>, underscoresAreSpaces: Bool = false
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "=") else {
                let isSpace = underscoresAreSpaces && byte == UInt8(ascii: "_")
                result.append(isSpace ? UInt8(ascii: " ") : byte)
                continue
            }
            if index + 1 < bytes.endIndex, let high = bytes[index].hexValue,
                let low = bytes[index + 1].hexValue
            {
                result.append(high << 4 | low)
                index += 2
            } else if !underscoresAreSpaces, let end = endOfSoftBreak(bytes, index) {
                index = end
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// The place after the line end that an equals sign hides, with the blanks before it, which
    /// some relays add (rule 3).
    private static func endOfSoftBreak(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int? {
        let rest = bytes[start...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = rest.first else { return rest.endIndex }
        switch first {
        case UInt8(ascii: "\n"): return rest.startIndex + 1
        case UInt8(ascii: "\r"):
            return rest.dropFirst().first == UInt8(ascii: "\n")
                ? rest.startIndex + 2 : rest.startIndex + 1
        default: return nil
        }
    }
}
