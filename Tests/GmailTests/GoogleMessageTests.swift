import Testing

@testable import Gmail

struct GoogleMessageTests {
    @Test(
        "An address is masked wherever it stands in the sentence",
        arguments: [
            ("Delegation denied for me@gmail.com", "Delegation denied for (address)"),
            ("<me@gmail.com> is unknown", "(address) is unknown"),
            ("No such user: 'o'brien+x@ex.org'.", "No such user: (address)"),
            ("See https://x.example/?user=me%40gmail.com now", "See (address) now"),
            ("Jörg@exämple.de, (b@c)", "(address) (address)"),
            ("me@gmail.com", "(address)"), ("50% of 40 is 20", "50% of 40 is 20"),
            ("a @ b", "a (address) b"), ("", ""),
        ])
    func masked(sentence: String, expected: String) {
        #expect(GoogleMessage(sentence).masked == expected)
        #expect(GoogleMessage(sentence).text == sentence)
    }

    @Test("Control characters are removed, and an address is no better hidden by them")
    func controls() {
        let message = GoogleMessage(
            "bad\r\n {\"a\":1}\u{0}\u{1B}[2J\u{7F}\u{85}\u{202E}\u{2028}\tend ")
        #expect(message.text == "bad {\"a\":1}[2J end")
        #expect(GoogleMessage("of me\u{0}@\u{200B}gmail.com").masked == "of (address)")
    }

    @Test("A sentence has 300 characters at most, and the cut leaves no half of an address")
    func length() {
        let long = GoogleMessage(String(repeating: "é", count: 1000))
        #expect(long.text.unicodeScalars.count == 300 && long.masked == long.text)
        let marks = GoogleMessage("e" + String(repeating: "\u{301}", count: 1000))
        #expect(marks.text.unicodeScalars.count == 300)
        let cut = GoogleMessage(String(repeating: "x", count: 290) + " whistleblower@example.com")
        #expect(cut.masked == String(repeating: "x", count: 290) + " (address)")
    }
}
