/// Hexadecimal digits (RFC 4648 §8).
package enum Hex {
    /// The bytes in small digits, as signatures and identifiers are written.
    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            for (index, byte) in bytes.enumerated() {
                (text[2 * index], text[2 * index + 1]) = byte.hexDigits
            }
            return bytes.count * 2
        }
    }

    /// Random bytes in small digits.
    package static func random(byteCount: Int) -> String {
        encode((0..<byteCount).map { _ in UInt8.random(in: .min ... .max) })
    }
}

extension UInt8 {
    /// The byte's two digits in ASCII, the letters small.
    @inlinable package var hexDigits: (UInt8, UInt8) {
        let digits: StaticString = "0123456789abcdef"
        return (digits.utf8Start[Int(self >> 4)], digits.utf8Start[Int(self & 0xF)])
    }

    /// The byte's two digits in ASCII, the letters capitals, as percent-encoding and
    /// quoted-printable have them (RFC 3986 §2.1, RFC 2045 §6.7).
    @inlinable package var capitalHexDigits: (UInt8, UInt8) {
        let digits: StaticString = "0123456789ABCDEF"
        return (digits.utf8Start[Int(self >> 4)], digits.utf8Start[Int(self & 0xF)])
    }

    /// The value of this digit in ASCII, or nil if it is not a hexadecimal digit.
    @inlinable package var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
