import JSON
import Testing

struct JSONParserTests {
    @Test(
        "What RFC 8259 allows is read",
        arguments: [
            ("null", .null), ("true", true), ("false", false), (" \t\r\n7\n", 7),
            (#""""#, ""), (#""a""#, "a"), ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]),
            ("[1,[2,[ ]],{}]", [1, [2, []], [:]]),
            (#"{"a":1,"b":{"c":[null]}}"#, ["a": 1, "b": ["c": [.null]]]),
            (#" { "a" : 1 , "" : 2 } "#, ["a": 1, "": 2]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u00E9\u20aC""#, "Aéé€"), (#""\u0000""#, "\0"),
            ("\"\u{7F}é😀\u{2028}\"", "\u{7F}é😀\u{2028}"),
        ] as [(String, JSONValue)])
    func accepted(document: String, expected: JSONValue) throws {
        #expect(try parse(document) == expected)
    }

    @Test(
        "What RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulL", "Null", "truefalse", "true false", "[", "]", "{", "}", "[1",
            "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
            #"{,"a":1}"#, #"{"a" 1}"#, "{a:1}", "{1:1}", #"{"a":1 "b":2}"#, #"{"a":1]"#,
            #"{"a":1"#, #"""#, #""a"#, #""\"#, #""\""#, #""\x""#, #""\u""#, #""\u12"#,
            #""\u12""#, #""\u123g""#, #""\U0041""#, "\"\n\"", "\"a\u{0}\"", "\"\u{1F}\"", "'a'",
            "\"\\n\u{1F}\"", "[1]]", "{}{}", "[1]x", "/**/1", "1//", "\u{FEFF}1", "\u{A0}1",
            "\u{0}", "1\u{0}", "NaN", "Infinity", "-Infinity", "undefined",
        ])
    func refused(document: String) {
        #expect(throws: JSONError.self) { try parse(document) }
    }

    @Test(
        "Numbers keep their text",
        arguments: [
            "0", "-0", "1", "-1", "10", "0.0", "1.50", "-0.5e10", "1e5", "1E+5", "1e-05", "0e0",
            "18446744073709551616", "1e999", "123456789012345678901234567890.123",
        ])
    func numbers(text: String) throws {
        #expect(try parse(text) == .number(text))
        #expect(try parse("[\(text)]") == [.number(text)])
    }

    @Test(
        "What only looks like a number is refused",
        arguments: [
            "+1", "-", "--1", "01", "-01", "00", ".5", "1.", "1.e5", "1e", "1e+", "1e+-5", "0x10",
            "1_000", "1,0", "1 e5", "-a", "1a", "0b1", "١", "1.5.5",
        ])
    func noNumbers(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "A number is an integer where it has no fraction",
        arguments: [
            ("7", 7), ("-7", -7), ("7.0", 7), ("7e2", 700), ("0.7e1", 7), ("7.5", nil),
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("1e999", nil), ("-0", 0),
        ] as [(String, Int?)])
    func integers(text: String, expected: Int?) throws {
        #expect(try parse(text).integer == expected)
    }

    @Test("A value is only what it is: no text is a number, and no number a flag")
    func types() {
        #expect(JSONValue.string("1").integer == nil)
        #expect(JSONValue.string("true").bool == nil)
        #expect(JSONValue.integer(1).bool == nil)
        #expect(JSONValue.integer(1).string == nil)
        #expect(JSONValue.bool(true).integer == nil)
        #expect(JSONValue.null.string == nil && JSONValue.null.isNull)
        #expect(JSONValue.object([]).array == nil && JSONValue.array([]).members == nil)
        #expect(JSONValue.array([1])["a"] == nil)
        #expect(JSONValue.number("2.5").double == 2.5)
    }

    @Test("Of a repeated name the last counts, as for most readers")
    func repeated() throws {
        let document = try parse(#"{"a":1,"b":2,"a":3}"#)
        #expect(document["a"] == 3)
        #expect(document.members?.map(\.name) == ["a", "b", "a"])
        #expect(document["c"] == nil)
    }

    @Test("A name is its bytes: one with a Kelvin sign is not that with a K")
    func names() throws {
        let document = try parse("{\"PK\":1,\"P\u{212A}\":2}")
        #expect(document["PK"] == 1)
        #expect(document["SK"] == nil)
        #expect(try parse("{\"P\u{212A}\":2}")["PK"] == nil)
    }

    @Test("128 levels are read, and one more is refused, whatever they are", arguments: ["[", "{"])
    func depth(bracket: String) throws {
        func nested(_ levels: Int) -> String {
            bracket == "["
                ? String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
                : String(repeating: #"{"a":"#, count: levels) + "1"
                    + String(repeating: "}", count: levels)
        }
        _ = try parse(nested(128))
        #expect(throws: JSONError.self) { try parse(nested(129)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: bracket, count: 1_000_000)) }
    }

    @Test("Many lists beside each other are not deep")
    func wide() throws {
        let document = "[" + Array(repeating: "[[]]", count: 1000).joined(separator: ",") + "]"
        #expect(try parse(document).array?.count == 1000)
    }

    @Test("An error tells the place and nothing of the content")
    func error() {
        let error = #expect(throws: JSONError.self) { try parse(#"{"secret":secret}"#) }
        #expect(error?.offset == 10)
        #expect(error?.description == "not valid JSON: an unexpected character at byte 10")
    }

    private func parse(_ document: String) throws -> JSONValue {
        try JSONValue(parsing: Array(document.utf8))
    }
}
