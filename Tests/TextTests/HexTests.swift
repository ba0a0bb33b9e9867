import Testing
import Text

struct HexTests {
    @Test("Every byte has its two digits, and each digit its value", arguments: 0...255)
    func digits(number: Int) {
        let byte = UInt8(number)
        let text = String(byte, radix: 16)
        #expect(Hex.encode([byte]) == (text.utf8.count < 2 ? "0" : "") + text)
        for (high, low) in [byte.hexDigits, byte.capitalHexDigits] {
            #expect(high.hexValue == byte >> 4 && low.hexValue == byte & 0xF)
        }
        #expect(byte.capitalHexDigits.1 == Array(text.uppercased().utf8).last)
        #expect(byte.hexValue == String(UnicodeScalar(byte)).first?.asciiDigitValue)
    }

    @Test("Random identifiers have the length that was asked for, and differ")
    func random() {
        let identifiers = Set((0..<100).map { _ in Hex.random(byteCount: 8) })
        #expect(identifiers.count == 100 && identifiers.allSatisfy { $0.utf8.count == 16 })
    }
}

extension Character {
    fileprivate var asciiDigitValue: UInt8? {
        isASCII ? hexDigitValue.map(UInt8.init) : nil
    }
}
