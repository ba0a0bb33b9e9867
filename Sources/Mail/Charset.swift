internal import Text

/// The character sets of encoded-words that are decoded. All are supersets of ASCII.
package enum Charset {
    case utf8
    case windows1252
    case latin9

    /// The character set of a label; nil for one that is not decoded.
    ///
    /// A text labelled ISO-8859-1 is read as windows-1252, as browsers do
    /// (https://encoding.spec.whatwg.org/#names-and-labels): the two differ only in control
    /// characters, which no mail contains on purpose.
    package init?(label: String) {
        switch label.asciiLowercased {
        case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
        case "windows-1252", "cp1252", "x-cp1252": self = .windows1252
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso88591", "latin1": self = .windows1252
        case "iso-8859-15", "iso8859-15", "iso_8859-15", "iso885915", "latin9": self = .latin9
        default: return nil
        }
    }

    /// The same text in UTF-8. What is no UTF-8 stays as it is.
    package func utf8(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .utf8: bytes
        case .windows1252: Self.utf8(bytes.map(Self.windows1252))
        case .latin9: Self.utf8(bytes.map(Self.latin9))
        }
    }

    private static func utf8(_ scalars: [Unicode.Scalar]) -> [UInt8] {
        Array(String(String.UnicodeScalarView(scalars)).utf8)
    }

    /// https://encoding.spec.whatwg.org/index-windows-1252.txt
    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        guard 0x80...0x9F ~= byte else { return Unicode.Scalar(byte) }
        let scalars: [Unicode.Scalar] = [
            "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}",
            "\u{2021}", "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}",
            "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}",
            "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
            "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
        ]
        return scalars[Int(byte - 0x80)]
    }

    /// https://encoding.spec.whatwg.org/index-iso-8859-15.txt
    private static func latin9(_ byte: UInt8) -> Unicode.Scalar {
        switch byte {
        case 0xA4: "\u{20AC}"
        case 0xA6: "\u{160}"
        case 0xA8: "\u{161}"
        case 0xB4: "\u{17D}"
        case 0xB8: "\u{17E}"
        case 0xBC: "\u{152}"
        case 0xBD: "\u{153}"
        case 0xBE: "\u{178}"
        default: Unicode.Scalar(byte)
        }
    }
}
