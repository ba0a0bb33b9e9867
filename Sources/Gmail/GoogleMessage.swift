internal import Text

/// Google's own sentence for an error, made fit for a log: one line of at most 300 characters
/// without control characters.
package struct GoogleMessage: Equatable, Sendable {
    /// A text for DEBUG lines alone, because it may contain an address.
    package let text: String
    /// The text with `(address)` in place of each word that holds an address.
    package let masked: String

    package init(_ sentence: String) {
        let words = GoogleMessage.visible(sentence).split(separator: " ")
        text = GoogleMessage.cut(words.joined(separator: " "))
        // Masked before it is cut, so that the cut leaves no half of an address.
        masked = GoogleMessage.cut(
            words.map { holdsAddress($0) ? "(address)" : $0 }.joined(separator: " "))
    }

    private static func cut(_ text: String) -> String {
        String(text.unicodeScalars.prefix(300))
    }

    private static func visible(_ sentence: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in sentence.unicodeScalars {
            switch scalar.value {
            case 0x09: result.append(" ")
            // C0, DEL and C1; what turns the direction of writing; line and paragraph separators.
            case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
                0xFEFF:
                break
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

/// Whether an `@` is in the word, or `%40`, which is an `@` in a URL.
private func holdsAddress(_ word: Substring) -> Bool {
    var rest = word.utf8
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "@") { return true }
        if byte == UInt8(ascii: "%"), rest.starts(with: "40".utf8) { return true }
    }
    return false
}
