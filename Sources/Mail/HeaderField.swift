internal import Text

/// Writes header fields so that nothing in a value can begin another field.
///
/// The result is ASCII, ends in CRLF, and has lines of 76 characters where there are spaces to fold
/// at, and of 998 in any case (RFC 5322 §2.1.1).
enum HeaderField {
    /// A field whose value is text to be shown: `label` in ASCII, then anybody's text.
    static func text(_ name: String, label: String = "", _ text: String) -> String {
        let text = text.visible
        // What only looks like an encoded-word is encoded too, so that it is shown as it is.
        let isPlain =
            text.isPrintableASCII && !text.containsBytes(of: "=?") && longestWord(text) <= 900
        return folded(name, words(label) + (isPlain ? words(text) : EncodedWord.words(for: text)))
    }

    /// A field whose value has a syntax of its own and is written as it is, as far as it is ASCII.
    static func structured(_ name: String, _ value: String) -> String {
        let value = value.visible
        return folded(
            name, value.isPrintableASCII ? words(value) : EncodedWord.words(for: value))
    }

    /// Whether a field can have this name (RFC 5322 §2.2), short enough to leave room for a value.
    static func isName(_ name: String) -> Bool {
        (1...76).contains(name.utf8.count)
            && name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") }
    }

    private static func folded(_ name: String, _ words: [String]) -> String {
        var field = name + ":"
        var length = field.utf8.count
        for word in words {
            if length + 1 + word.utf8.count > 76 {
                field += "\r\n"
                length = 0
            }
            field += " " + word
            length += 1 + word.utf8.count
        }
        return field + "\r\n"
    }

    /// The words between the spaces, of which several count as one; a word that is longer than any
    /// line is broken.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        for piece in text.utf8.split(separator: UInt8(ascii: " ")) {
            var rest = piece
            while rest.count > 900 {
                words.append(String(Substring(rest.prefix(900))))
                rest = rest.dropFirst(900)
            }
            words.append(String(Substring(rest)))
        }
        return words
    }

    private static func longestWord(_ text: String) -> Int {
        text.utf8.split(separator: UInt8(ascii: " ")).map(\.count).max() ?? 0
    }
}
