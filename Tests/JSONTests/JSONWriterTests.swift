import JSON
import Testing

struct JSONWriterTests {
    @Test("A document is written on one line, in the order given")
    func whole() {
        var writer = JSONWriter()
        writer.object { document in
            document.member("text", "a/b\"\\\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}")
            document.member("count", -7)
            document.name("ratio")
            document.double(0.5)
            document.name("endless")
            document.double(.infinity)
            document.name("flags")
            document.array { flags in
                flags.bool(true)
                flags.bool(false)
                flags.value(.null)
                flags.array { _ in }
                flags.object { _ in }
            }
            document.member("tree", ["b": [1, "x"], "a": .number("1.50")])
            document.member("a\"b", 0)
        }
        #expect(
            writer.text == #"""
                {"text":"a/b\"\\\n\r\t\u0000\u001f\u007fé😀\#u{2028}","count":-7,"ratio":0.5,\#
                "endless":0,"flags":[true,false,null,[],{}],"tree":{"b":[1,"x"],"a":1.50},\#
                "a\"b":0}
                """#)
    }

    @Test(
        "Every control character is escaped, and what is read again is the same",
        arguments: UInt8.min...0x7F)
    func escapes(byte: UInt8) throws {
        let value = JSONValue.string("é\(Character(Unicode.Scalar(byte)))x")
        let bytes = value.bytes
        #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(try JSONValue(parsing: bytes) == value)
    }

    @Test(
        "Single values are documents",
        arguments: [
            (.null, "null"), (true, "true"), ("", #""""#), (.integer(.min), "-9223372036854775808"),
            ([], "[]"), ([:], "{}"), ([.null, [:], []], "[null,{},[]]"), ("\r\n", #""\r\n""#),
        ] as [(JSONValue, String)])
    func single(value: JSONValue, expected: String) {
        #expect(String(decoding: value.bytes, as: UTF8.self) == expected)
    }
}
