import Foundation
import TestSupport
import Testing
import Text

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

    @Test(
        "The character sets that senders still use are decoded, by whatever name",
        arguments: [
            ("=?windows-1252?Q?Total:_12_=80?=", "Total: 12 €"),
            ("=?Windows-1252?B?k0hplA==?=", "“Hi”"),
            ("=?cp1252?Q?caf=E9_=97_=8Cuvre?=", "café — Œuvre"),
            ("=?ISO-8859-1?Q?It=92s_=93fine=94?=", "It’s “fine”"),
            ("=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"), ("=?latin1?Q?=C4?=", "Ä"),
            ("=?ISO-8859-15?Q?5_=A4,_=A6=A8=B4=B8=BC=BD=BE=A5?=", "5 €, ŠšŽžŒœŸ¥"),
            ("=?utf8?Q?=E2=82=AC?=", "€"), ("=?UTF8?B?4oKs?=", "€"),
            ("=?US-ASCII?Q?plain=3F?=", "plain?"), ("=?ascii?B?aGk?=", "hi"),
            ("=?UTF-8?B?w6k?=", "é"), ("=?UTF-8?B?4oKsIQ?=", "€!"), ("=?UTF-8?B?4oKsIQ=?=", "€!"),
            ("=?UTF-8?B?4oKsIQ===?=", "€!"), ("=?UTF-8?B?4oKsI?=", "=?UTF-8?B?4oKsI?="),
            ("=?UTF-8?B?w6k?= =?windows-1252?Q?=80?=", "é€"),
            ("=?windows-1251?Q?=CF?=", "=?windows-1251?Q?=CF?="),
            ("=?iso-8859-2?Q?=B1?=", "=?iso-8859-2?Q?=B1?="),
            ("=?ISO-2022-JP?B?GyRCRnwbKEI=?=", "=?ISO-2022-JP?B?GyRCRnwbKEI=?="),
            ("=?windows-12520?Q?a?=", "=?windows-12520?Q?a?="),
        ])
    func charsets(text: String, expected: String) {
        #expect(EncodedWord.decoded(text).hasSameBytes(as: expected))
    }

    @Test("Each byte of windows-1252 and ISO-8859-15 is the character that Foundation knows")
    func everyByte() throws {
        for (label, encoding) in [
            ("windows-1252", String.Encoding.windowsCP1252),
            ("iso-8859-15", String.Encoding(rawValue: 0x8000_020F)),
        ] {
            let charset = try #require(Charset(label: label))
            for byte in UInt8(0x20)...0xFF {
                guard let known = String(data: Data([byte]), encoding: encoding) else { continue }
                #expect(charset.utf8([byte]) == Array(known.utf8), "\(label) \(byte)")
            }
        }
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
