import Testing
import Text

struct PercentEncodingTests {
    @Test(
        "Everything but the unreserved bytes is percent-encoded", arguments: UInt8.min...UInt8.max)
    func encoded(byte: UInt8) {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        let text = PercentEncoding.encode([byte])
        if unreserved.utf8.contains(byte) {
            #expect(Array(text.utf8) == [byte])
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            #expect(text == "%" + (digits.count < 2 ? "0" : "") + digits)
        }
        #expect(PercentEncoding.encode([byte], allowingSlash: true) == (byte == 0x2F ? "/" : text))
    }

    @Test("A form's pairs are encoded on both sides, a space as %20")
    func form() {
        #expect(
            PercentEncoding.form(["a b": "c+d", "é": "=&", "": ""]) == "a%20b=c%2Bd&%C3%A9=%3D%26&="
        )
    }
}
