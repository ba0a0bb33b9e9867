import TestSupport
import Testing
import Text

@testable import Mail

struct QuotedPrintableTests {
    @Test(
        "Bytes beyond ASCII, the equals sign and spaces at a line's end are encoded",
        arguments: [
            ("plain", "plain\r\n"), ("é=\n", "=C3=A9=3D\r\n\r\n"), ("a \nb", "a=20\r\nb\r\n"),
            ("a\r\nb\t", "a=0D\r\nb=09\r\n"), ("", "\r\n"), ("e\u{301}", "e=CC=81\r\n"),
            (String(repeating: "x", count: 76), String(repeating: "x", count: 76) + "\r\n"),
            (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx\r\n"),
            (
                String(repeating: "x", count: 75) + "é",
                String(repeating: "x", count: 75) + "=\r\n=C3=A9\r\n"
            ),
        ])
    func encode(text: String, expected: String) {
        #expect(QuotedPrintable.encoded(text) == expected)
    }

    @Test("Lines keep to 76 characters of ASCII and can be decoded, whatever the text")
    func fuzz() {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<1000 {
            let text = random.hostileText(maximumScalars: 300)
            let encoded = QuotedPrintable.encoded(text)
            let lines = encoded.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.last != " " })
            #expect(String(encoded.filter { $0 != "\r\n" }).isPrintableASCII)
            #expect(!encoded.containsBytes(of: "=_"))
            #expect(decoded(encoded).hasSameBytes(as: text + "\n"))
        }
    }

    private func decoded(_ text: String) -> String {
        var bytes = Array(text.utf8)[...]
        var result: [UInt8] = []
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "=") {
                let pair = bytes.prefix(2)
                bytes = bytes.dropFirst(2)
                if pair.elementsEqual("\r\n".utf8) { continue }
                result.append(pair.reduce(0) { $0 << 4 | ($1.hexValue ?? 0) })
            } else if byte != UInt8(ascii: "\r") {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
