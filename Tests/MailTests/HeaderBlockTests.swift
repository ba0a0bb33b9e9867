import Testing

@testable import Mail

struct HeaderBlockTests {
    @Test(
        "A header is read up to its empty line, with either line end",
        arguments: [
            ("A: b\r\nC: d\r\n\r\nE: f\r\n", ["A=b", "C=d"], true),
            ("A: b\nC:d\n\nE: f", ["A=b", "C=d"], true),
            ("A: b\r\n c\r\n\td \r\nE: f\r\n\r\n", ["A=b c d", "E=f"], true),
            ("A:\r\n b\r\n\r\n", ["A= b"], true), ("\r\nA: b\r\n", [], true),
            ("A: b\r\nC: d", ["A=b"], false), ("A: b\r\n\r", ["A=b"], false),
            ("A: b\r\n", ["A=b"], false), ("A: b", ["A=b"], false), ("", [], false),
        ] as [(String, [String], Bool)])
    func block(text: String, fields: [String], isWhole: Bool) {
        let block = HeaderBlock(Array(text.utf8))
        #expect(block.fields.map { "\($0.name)=\($0.value)" } == fields)
        #expect(block.isWhole == isWhole)
    }

    @Test(
        "Lines that are no field hide none",
        arguments: [
            "\u{FEFF}List-Id: x", "List-Id : x", "List-Id\t:x", "no field\nList-Id: x",
            " folded\nList-Id: x", "A: b\nunfolded continuation\nList-Id: x",
            ">From a@b Mon Jan 1 2026\nList-Id: x", "é: ü\nList-Id: x", ": x\nList-Id: x",
        ])
    func oddLines(text: String) {
        let block = HeaderBlock(Array("\(text)\n\n".utf8))
        #expect(MailHeaders(block.fields)["List-Id"] == "x")
        #expect(block.isWhole)
    }

    @Test("Bytes that are no UTF-8 harm neither their field nor the others")
    func latin1() {
        let block = HeaderBlock(
            Array("A: caf".utf8) + [0xE9] + Array("\nList-Id: x\n\n".utf8))
        #expect(block.fields.map(\.name) == ["A", "List-Id"])
    }

    @Test("A field of a hundred thousand lines is read whole")
    func manyLines() {
        let block = HeaderBlock(
            Array(("A: b\n" + String(repeating: " c\n", count: 100_000) + "D: e\n\n").utf8))
        #expect(block.fields.map(\.value.utf8.count) == [200_001, 1])
    }
}
