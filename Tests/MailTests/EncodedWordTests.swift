import TestSupport
import Testing

@testable import Mail

struct EncodedWordTests {
    @Test("A long text becomes words of 75 characters at most, each decodable by itself")
    func words() {
        let text = String(repeating: "日本語 é😀 ", count: 20)
        let words = EncodedWord.words(for: text)
        #expect(words.count > 5)
        #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.isPrintableASCII })
        #expect(words.map(EncodedWord.decoded).joined() == text)
        #expect(EncodedWord.decoded(words.joined(separator: "\r\n ")) == text)
    }

    @Test(
        "What senders encoded is decoded",
        arguments: [
            ("plain", "plain"), ("=?UTF-8?B?w6k=?=", "é"), ("=?utf-8?q?=C3=A9_x?=", "é x"),
            ("=?ISO-8859-1?Q?=E9?=", "é"), ("=?us-ascii*en?Q?a?= b", "a b"),
            ("a =?UTF-8?Q?b?= =?UTF-8?Q?c?= d", "a bc d"),
            ("=?UTF-8?Q?=C3?= =?UTF-8?Q?=A9?=", "é"), ("=?UTF-8?Q?=C3?=", "\u{FFFD}"),
            ("=?koi8-r?B?w6k=?=", "=?koi8-r?B?w6k=?="), ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="),
            ("=?UTF-8?B?*?=", "=?UTF-8?B?*?="), ("=?UTF-8?Q?a b?=", "=?UTF-8?Q?a b?="),
            ("=?UTF-8?Q?a", "=?UTF-8?Q?a"), ("=?", "=?"), ("=??Q?a?=", "=??Q?a?="),
            ("=?UTF-8?Q?=4?=", "=4"), ("é =?UTF-8?Q?=?=", "é ="),
        ])
    func decode(text: String, expected: String) {
        #expect(EncodedWord.decoded(text).hasSameBytes(as: expected))
    }

    @Test("Encoding loses nothing, and decoding anything never traps")
    func fuzz() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<3000 {
            let text = random.hostileText(maximumScalars: 60)
            let words = EncodedWord.words(for: text)
            #expect(EncodedWord.decoded(words.joined(separator: " ")).hasSameBytes(as: text))
            _ = EncodedWord.decoded("=?UTF-8?Q?" + text)
        }
    }
}
