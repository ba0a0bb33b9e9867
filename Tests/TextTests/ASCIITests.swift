import Testing
import Text

struct ASCIITests {
    @Test(
        "A text is cut in bytes at a scalar's boundary",
        arguments: [
            ("abc", 3, "abc"), ("abc", 2, "ab"), ("aé", 2, "a"), ("aé", 3, "aé"), ("😀😀", 7, "😀"),
            ("😀", 3, ""), ("", 0, ""), ("e\u{301}", 2, "e"), ("\r\n", 1, "\r"),
        ])
    func cutAtBytes(text: String, bytes: Int, expected: String) {
        #expect(text.cut(atBytes: bytes).hasSameBytes(as: expected))
    }

    @Test(
        "A text is cut in scalars",
        arguments: [("日本語", 2, "日本"), ("ab", 3, "ab"), ("\r\n", 1, "\r")])
    func cutAtScalars(text: String, scalars: Int, expected: String) {
        #expect(text.cut(atScalars: scalars).hasSameBytes(as: expected))
    }

    @Test(
        "White space goes from both ends",
        arguments: [(" a b\t", "a b"), ("\r\n a\r\n", "a"), ("\r\n", ""), ("", ""), ("é ", "é")])
    func trim(text: String, expected: String) {
        #expect(text.trimmingASCIIWhitespace.hasSameBytes(as: expected))
    }

    @Test(
        "Bytes are found in a text",
        arguments: [
            ("abcabc", "ca", true), ("abc", "abc", true), ("abc", "abcd", false), ("", "", true),
            ("abc", "", true), ("", "a", false), ("aab", "ab", true), ("ab=", "=?", false),
            ("e\u{301}", "\u{301}", true), ("é", "e\u{301}", false), ("a\r\nb", "\n", true),
        ])
    func search(text: String, part: String, isThere: Bool) {
        #expect(text.containsBytes(of: part) == isThere)
    }

    @Test("Case is folded for ASCII only")
    func fold() {
        #expect("MESSAGE-ID".equalsIgnoringASCIICase("Message-Id"))
        #expect(!"K".equalsIgnoringASCIICase("\u{212A}"))
        #expect(!"É".equalsIgnoringASCIICase("é"))
        #expect("list-".hasPrefix(ignoringASCIICase: "List-"))
        #expect(!"list".hasPrefix(ignoringASCIICase: "List-"))
        #expect("A\u{212A}\u{301}".asciiLowercased.hasSameBytes(as: "a\u{212A}\u{301}"))
    }
}
