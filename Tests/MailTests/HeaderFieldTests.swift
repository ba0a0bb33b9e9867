import TestSupport
import Testing

@testable import Mail

struct HeaderFieldTests {
    @Test(
        "Text is written as it is if it can be, else encoded",
        arguments: [
            ("plain text", "S: plain text\r\n"), ("", "S:\r\n"),
            ("a\r\nBcc: b@c", "S: aBcc: b@c\r\n"),
            ("a\tb", "S: a b\r\n"), ("a\u{202E}\u{2028}b\0", "S: ab\r\n"),
            ("é", "S: =?UTF-8?B?w6k=?=\r\n"), ("=?x?Q?y?=", "S: =?UTF-8?B?PT94P1E/eT89?=\r\n"),
        ])
    func text(value: String, expected: String) {
        #expect(HeaderField.text("S", value) == expected)
    }

    @Test("Long values are folded at their spaces")
    func folding() {
        let value = (10..<60).map { "word\($0)" }.joined(separator: " ")
        let field = HeaderField.text("Subject", label: "Label:", value)
        #expect(lines(field).count > 4)
        #expect(lines(field).allSatisfy { $0.utf8.count <= 76 })
        #expect(lines(field).joined() == "Subject: Label: \(value)")
    }

    @Test("A word longer than any line is encoded in text, and broken elsewhere")
    func longWords() {
        let word = String(repeating: "x", count: 3000)
        #expect(EncodedWord.decoded(lines(HeaderField.text("S", word)).joined()) == "S: \(word)")
        #expect(lines(HeaderField.text("S", word)).allSatisfy { $0.utf8.count <= 76 })
        #expect(lines(HeaderField.structured("S", word)).allSatisfy { $0.utf8.count <= 998 })
    }

    @Test(
        "A name has no colon, space or control character, and an end",
        arguments: [
            ("X-Y", true), ("", false), ("a:b", false), ("a b", false), ("a\r\nb", false),
            ("é", false), (String(repeating: "n", count: 77), false),
        ])
    func names(name: String, expected: Bool) {
        #expect(HeaderField.isName(name) == expected)
    }

    @Test("No value can begin another field")
    func fuzz() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let text = random.hostileText(maximumScalars: 200)
            for field in [
                HeaderField.text("S", label: "L:", text), HeaderField.structured("S", text),
            ] {
                #expect(field.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0D || $0 == 0x0A })
                #expect(field.hasSuffix("\r\n"))
                #expect(lines(field).dropFirst().allSatisfy { $0.hasPrefix(" ") && $0.count > 1 })
                #expect(lines(field).allSatisfy { $0.utf8.count <= 998 })
            }
        }
    }

    private func lines(_ field: String) -> [String] {
        field.split(separator: "\r\n").map(String.init)
    }
}
