internal import Text

/// Text as it stands between the quotes of a JSON string.
enum EscapedText {
    /// `\u001f`, in bytes.
    static let longestEscape = 6

    /// Writes the text with its escapes to where `space` begins, which has room for the longest
    /// escape of every byte.
    /// - Returns: how many bytes were written.
    static func write(
        _ text: UnsafeBufferPointer<UInt8>, to space: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        precondition(space.count >= text.count * longestEscape)
        guard let from = text.baseAddress, let into = space.baseAddress else { return 0 }
        var read = 0
        var written = 0
        while read < text.count {
            let plain = PlainText.copyStart(
                of: from + read, count: text.count - read, to: into + written,
                stoppingAtDelete: true)
            read += plain
            written += plain
            guard plain < 8, read < text.count else { continue }
            // Most bytes to escape of a document within a document are of this kind.
            if text[read] == UInt8(ascii: "\"") {
                space[written] = UInt8(ascii: "\\")
                space[written + 1] = UInt8(ascii: "\"")
                written += 2
            } else {
                written += write(escape: text[read], to: space, at: written)
            }
            read += 1
        }
        return written
    }

    private static func write(
        escape byte: UInt8, to space: UnsafeMutableBufferPointer<UInt8>, at position: Int
    ) -> Int {
        space[position] = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\\"): space[position + 1] = byte
        case 0x0A: space[position + 1] = UInt8(ascii: "n")
        case 0x0D: space[position + 1] = UInt8(ascii: "r")
        case 0x09: space[position + 1] = UInt8(ascii: "t")
        default:
            space[position + 1] = UInt8(ascii: "u")
            space[position + 2] = UInt8(ascii: "0")
            space[position + 3] = UInt8(ascii: "0")
            (space[position + 4], space[position + 5]) = byte.hexDigits
            return longestEscape
        }
        return 2
    }
}
