import Foundation
import JSON
import TestSupport
import Testing

struct JSONSurrogateTests {
    @Test(
        "A surrogate escape without its partner becomes U+FFFD, all else stays",
        arguments: [
            (#"plain"#, "plain"), (#"\ud800"#, "\u{FFFD}"), (#"\uDFFF"#, "\u{FFFD}"),
            (#"\uD83D\uDE00"#, "😀"), (#"\uD800\uDC00"#, "\u{10000}"),
            (#"\uDBFF\uDFFF"#, "\u{10FFFF}"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
            (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"), (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"),
            (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\\ud800"#, #"\ud800"#),
            (#"\\\ud800"#, "\\\u{FFFD}"), (#"\\\\ud800 \udcff"#, "\\\\ud800 \u{FFFD}"),
            (#"\ud83d\\ude00"#, "\u{FFFD}\\ude00"), (#"\u00e9\ud800"#, "é\u{FFFD}"),
            (#"\ud800\u0041"#, "\u{FFFD}A"), (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"),
        ])
    func surrogates(escaped: String, expected: String) throws {
        let value = try JSONValue(parsing: Array("[\"\(escaped)\"]".utf8))
        #expect(value.array?.first?.string.map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(
        "An escape that is cut off is an error",
        arguments: [#""\ud8"#, #""\ud80g""#, #""\ud800\u""#, #""\ud800\u12""#, "\\"])
    func cutOff(document: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(document.utf8)) }
    }

    @Test("A lone surrogate in the JSON inside a JSON string is read too")
    func bothLevels() throws {
        let inner = #"{"subject":"odd \ud800 one"}"#
        let outer = #"{"body":"{\"subject\":\"odd \\ud800 one\"}","also":"\udfff"}"#
        let document = try JSONValue(parsing: Array(outer.utf8))
        let body = try #require(document["body"]?.string)
        #expect(body == inner)
        #expect(document["also"] == "\u{FFFD}")
        #expect(try JSONValue(parsing: Array(body.utf8))["subject"] == "odd \u{FFFD} one")
    }

    @Test(
        "Bytes that are no UTF-8 become U+FFFD",
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0x61, 0xC3], "a\u{FFFD}"), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xC3, 0xA9], "é"),
        ] as [([UInt8], String)])
    func invalid(bytes: [UInt8], expected: String) throws {
        for escape in ["", #"\n"#] {
            let document = Array("\"\(escape)".utf8) + bytes + Array("\"".utf8)
            let text = try JSONValue(parsing: document).string
            #expect(text == (escape.isEmpty ? "" : "\n") + expected)
        }
    }

    @Test("What is written after random escapes is JSON for a strict reader")
    func strict() throws {
        var random = SeededGenerator(seed: 1)
        let pieces = [#"\ud83d"#, #"\uDE00"#, #"\\"#, #"\""#, "u", "d800", "é", #"\u0041"#, #"\/"#]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...8, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let value = try JSONValue(parsing: Array("[\"\(text)\"]".utf8))
            let strict = try JSONDecoder().decode([String].self, from: Data(value.bytes))
            #expect(strict.first == value.array?.first?.string)
        }
    }
}
