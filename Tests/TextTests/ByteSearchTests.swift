import Testing
import Text

struct ByteSearchTests {
    @Test(
        "Bytes are found in bytes",
        arguments: [
            ("abcabc", "ca", 2..<4), ("abc", "abc", 0..<3), ("abc", "abcd", nil),
            ("abc", "", 0..<0),
            ("", "a", nil), ("aab", "ab", 1..<3),
        ] as [(String, String, Range<Int>?)])
    func search(text: String, needle: String, expected: Range<Int>?) {
        #expect(Array(text.utf8)[...].firstRange(ofBytes: Array(needle.utf8)) == expected)
        #expect(text.containsBytes(of: needle) == (expected != nil))
    }
}
