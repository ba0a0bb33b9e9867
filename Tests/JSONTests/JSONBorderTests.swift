import JSON
import Testing

/// Strings are read and written eight bytes at a time, and written in pieces of 512.
struct JSONBorderTests {
    private static let lengths = Array(0...17) + Array(500...514)

    @Test(
        "An escape may stand anywhere in a string, whatever is beside it",
        arguments: [
            ("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\r", #"\r"#), ("\t", #"\t"#),
            ("\u{0}", #"\u0000"#), ("\u{1F}", #"\u001f"#), ("\u{7F}", #"\u007f"#),
        ])
    func escapes(special: String, escape: String) throws {
        // `!`, `#`, `[`, `]`, space and `~` differ from a special byte by one.
        for neighbour in ["!", "#", "[", "]", " ", "~", "é", "\u{80}", "😀"] {
            for length in Self.lengths {
                let plain = String(repeating: "x", count: length) + neighbour
                let text = plain + special + plain + special + special + neighbour
                let quoted = "\"\(plain)\(escape)\(plain)\(escape)\(escape)\(neighbour)\""
                #expect(String(decoding: JSONValue.string(text).bytes, as: UTF8.self) == quoted)
                #expect(try JSONValue(parsing: quoted).string == text)
                #expect(try JSONValue(parsing: Array(quoted.utf8)).string == text)
            }
        }
    }

    @Test("A text of escapes alone is as long as it gets, and is read again")
    func longest() throws {
        for length in Self.lengths + [1023, 1024, 1025] {
            let text = String(repeating: "\u{1}", count: length)
            let bytes = JSONValue.string(text).bytes
            #expect(bytes.count == 6 * length + 2)
            #expect(try JSONValue(parsing: bytes).string == text)
        }
    }

    @Test("Surrogates and bytes that are no UTF-8 become U+FFFD wherever they stand")
    func repaired() throws {
        for length in Self.lengths {
            let plain = String(repeating: "x", count: length)
            let surrogates = #"["\#(plain)\ud83d\ude00\#(plain)\ud83d\#(plain)\n\udfff"]"#
            let expected = "\(plain)😀\(plain)\u{FFFD}\(plain)\n\u{FFFD}"
            let (value, isRepaired) = try JSONValue.parse(surrogates)
            #expect(value.array?.first?.string == expected)
            #expect(isRepaired)
            for escape in ["", #"\n"#] {
                let bytes =
                    Array("\"\(plain)\(escape)".utf8) + [0xFF] + Array(plain.utf8)
                    + [0xC3, UInt8(ascii: "\"")]
                let text = try JSONValue(parsing: bytes).string
                let middle = escape.isEmpty ? "" : "\n"
                #expect(text == "\(plain)\(middle)\u{FFFD}\(plain)\u{FFFD}")
            }
        }
    }

    @Test("A string that ends too early is refused, wherever it ends")
    func cutOff() {
        for length in Self.lengths {
            let plain = String(repeating: "x", count: length)
            for end in ["", #"\"#, #"\""#, #"\u00"#, #"\ud83d\"#, #"\n"#, "\n\"", "\\\n\""] {
                #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(plain)\(end)") }
                #expect(throws: JSONError.self) {
                    try JSONValue(parsing: "\"\\n\(plain)\(end)")
                }
            }
        }
    }
}
