import Foundation
import TestSupport
import Testing
import Text

struct Base64Tests {
    @Test(
        "RFC 4648's own examples",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func examples(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(Array(encoded.utf8)) == Array(text.utf8))
    }

    @Test("Foundation agrees on random bytes of every length")
    func agreement() {
        var random = SeededGenerator(seed: 5)
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let encoded = Base64.encode(bytes)
            #expect(encoded == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Array(encoded.utf8)) == bytes)
        }
    }

    @Test(
        "What is not whole is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "A===", "Z=g=", "=Zg=", "Zg==Zg==",
            "Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "Zm9é", "\0\0\0\0",
        ])
    func refused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }
}
