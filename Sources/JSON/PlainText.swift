/// Where does a string's plain text end? Eight bytes at a time: almost all of a document is text
/// that needs no second look, and this look is what reading and writing it costs.
enum PlainText {
    /// The index of the first byte from `start` on that is a quote, a backslash, a control
    /// character or, where it asks, DEL; `text.count` where there is none.
    static func end(
        in text: UnsafeBufferPointer<UInt8>, from start: Int, stoppingAtDelete: Bool
    ) -> Int {
        var index = start
        guard let base = UnsafeRawPointer(text.baseAddress) else { return index }
        while index + 8 <= text.count {
            let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            var special = hasByte(0x22, word) | hasByte(0x5C, word) | hasControl(word)
            if stoppingAtDelete { special |= hasByte(0x7F, word) }
            if special != 0 { break }
            index += 8
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || stoppingAtDelete && byte == 0x7F {
                return index
            }
            index += 1
        }
        return index
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Not zero where a byte of the word is `byte`
    /// (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
    private static func hasByte(_ byte: UInt64, _ word: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference & highs
    }

    /// Not zero where a byte of the word is below 0x20.
    private static func hasControl(_ word: UInt64) -> UInt64 {
        (word &- (ones &* 0x20)) & ~word & highs
    }
}
