/// The plain text of a JSON string: the bytes that need no escape. It is searched eight bytes at a
/// time, because almost all of a document is such text, and this search is most of its cost.
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
            let length = plainLength(word, stoppingAtDelete: stoppingAtDelete)
            index += length
            if length < 8 { return index }
        }
        while index < text.count, isPlain(text[index], stoppingAtDelete: stoppingAtDelete) {
            index += 1
        }
        return index
    }

    /// Copies the text from `start` to that end, to `position` in `target`, which must have room
    /// for the whole rest of `text`.
    /// - Returns: how many bytes that are.
    static func copy(
        from text: UnsafeBufferPointer<UInt8>, at start: Int,
        to target: UnsafeMutableBufferPointer<UInt8>, at position: Int, stoppingAtDelete: Bool
    ) -> Int {
        let count = text.count - start
        precondition(start >= 0 && position >= 0 && target.count - position >= count)
        guard let text = text.baseAddress, let target = target.baseAddress else { return 0 }
        let from = UnsafeRawPointer(text + start)
        let into = UnsafeMutableRawPointer(target + position)
        var index = 0
        while index + 8 <= count {
            let word = from.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // What follows the plain bytes is written over by the next ones.
            into.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            let length = plainLength(word, stoppingAtDelete: stoppingAtDelete)
            index += length
            if length < 8 { return index }
        }
        while index < count, isPlain(text[start + index], stoppingAtDelete: stoppingAtDelete) {
            target[position + index] = text[start + index]
            index += 1
        }
        return index
    }

    private static func isPlain(_ byte: UInt8, stoppingAtDelete: Bool) -> Bool {
        byte >= 0x20 && byte != 0x22 && byte != 0x5C && !(stoppingAtDelete && byte == 0x7F)
    }

    /// The number of plain bytes at the beginning of these eight.
    private static func plainLength(_ word: UInt64, stoppingAtDelete: Bool) -> Int {
        let word = UInt64(littleEndian: word)
        var special = hasByte(0x22, word) | hasByte(0x5C, word) | hasControl(word)
        if stoppingAtDelete { special |= hasByte(0x7F, word) }
        // A borrow may mark a byte after the first special one; none before it is ever marked.
        return special.trailingZeroBitCount / 8
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Marks the first byte of the word that is `byte`
    /// (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
    private static func hasByte(_ byte: UInt64, _ word: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference & highs
    }

    /// Marks the first byte of the word that is below 0x20.
    private static func hasControl(_ word: UInt64) -> UInt64 {
        (word &- (ones &* 0x20)) & ~word & highs
    }
}
