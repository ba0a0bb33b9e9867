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
}
