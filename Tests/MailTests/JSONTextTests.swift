import FoundationEssentials
import Testing

@testable import Mail

struct JSONTextTests {
    @Test(
        "A surrogate escape without its partner becomes U+FFFD, all else stays",
        arguments: [
            (#"{"a":"plain"}"#, #"{"a":"plain"}"#),
            (#"{"a":"\ud800"}"#, #"{"a":"\uFFFD"}"#),
            (#"{"a":"\uDFFF"}"#, #"{"a":"\uFFFD"}"#),
            (#"{"a":"\uD83D\uDE00"}"#, #"{"a":"\uD83D\uDE00"}"#),
            (#"{"a":"\ud83d\ud83d\ude00"}"#, #"{"a":"\uFFFD\ud83d\ude00"}"#),
            (#"{"a":"\ude00\ud83d"}"#, #"{"a":"\uFFFD\uFFFD"}"#),
            (#"{"a":"\ud83dx\ude00"}"#, #"{"a":"\uFFFDx\uFFFD"}"#),
            (#"{"a":"\ud83d\n"}"#, #"{"a":"\uFFFD\n"}"#),
            (#"{"a":"\\ud800"}"#, #"{"a":"\\ud800"}"#),
            (#"{"a":"\\\ud800"}"#, #"{"a":"\\\uFFFD"}"#),
            (#"{"a":"\\\\ud800 \udcff"}"#, #"{"a":"\\\\ud800 \uFFFD"}"#),
            (#"{"a":"\ud83d\\ude00"}"#, #"{"a":"\uFFFD\\ude00"}"#),
            (#"{"a":"\u00e9\ud800"}"#, #"{"a":"\u00e9\uFFFD"}"#),
            (#""\ud8"#, #""\ud8"#),
            (#""\ud80g""#, #""\ud80g""#),
            (#""\ud800\u"#, #""\uFFFD\u"#),
            ("\\", "\\"),
            ("", ""),
        ])
    func surrogates(json: String, expected: String) {
        let result = JSONText.replacingLoneSurrogates(in: Data(json.utf8))
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test("A slice of data that does not begin at 0 is read and written in place")
    func slice() {
        let data = Data(#"xx"\udead""#.utf8).dropFirst(2)
        let result = JSONText.replacingLoneSurrogates(in: data)
        #expect(String(decoding: result, as: UTF8.self) == #""\uFFFD""#)
    }

    @Test("What comes out of random escapes can always be decoded")
    func fuzz() throws {
        var random = SeededGenerator(seed: 1)
        let pieces = [#"\ud83d"#, #"\uDE00"#, #"\\"#, #"\""#, "u", "d800", "é", #"\u0041"#, #"\/"#]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...8, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let json = JSONText.replacingLoneSurrogates(in: Data("[\"\(text)\"]".utf8))
            #expect(throws: Never.self) { try JSONDecoder().decode([String].self, from: json) }
        }
    }
}
