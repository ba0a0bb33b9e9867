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

    /// Copies the plain bytes at the beginning of `text`, eight at most, to `target`, which must
    /// have room for eight bytes or for the whole text.
    /// - Returns: how many bytes that are. Behind fewer than eight stands a byte that is not plain,
    ///   or the end.
    @inline(__always)
    static func copyStart(
        of text: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>,
        stoppingAtDelete: Bool
    ) -> Int {
        if count >= 8 {
            let word = UnsafeRawPointer(text).loadUnaligned(as: UInt64.self)
            // What follows the plain bytes is written over by the next ones.
            UnsafeMutableRawPointer(target).storeBytes(of: word, as: UInt64.self)
            return plainLength(word, stoppingAtDelete: stoppingAtDelete)
        }
        var index = 0
        while index < count, isPlain(text[index], stoppingAtDelete: stoppingAtDelete) {
            target[index] = text[index]
            index += 1
        }
        return index
    }

    private static func isPlain(_ byte: UInt8, stoppingAtDelete: Bool) -> Bool {
        byte >= 0x20 && byte != 0x22 && byte != 0x5C && !(stoppingAtDelete && byte == 0x7F)
    }

    /// The number of plain bytes at the beginning of these eight.
    ///
    /// A difference of bytes below 0x80 has its high bit set where the first is the smaller one
    /// (https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord). A borrow may set it in
    /// a byte after the first special one too, and in none before it.
    @inline(__always)
    private static func plainLength(_ word: UInt64, stoppingAtDelete: Bool) -> Int {
        let word = UInt64(littleEndian: word)
        // Turning this bit round puts the quote, 0x22, right behind the control characters.
        var special = (word ^ eight(0x02)) &- eight(0x21)
        special |= (word ^ eight(0x5C)) &- eight(0x01)
        if stoppingAtDelete { special |= (word ^ eight(0x7F)) &- eight(0x01) }
        return (special & ~word & eight(0x80)).trailingZeroBitCount / 8
    }

    /// The byte eight times.
    @inline(__always)
    private static func eight(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
}
