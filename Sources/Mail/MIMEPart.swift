internal import Text

/// One part of a mail: ASCII, CRLF (RFC 2045, RFC 2046 §5.1).
struct MIMEPart: Equatable, Sendable {
    /// Header fields, each with its CRLF.
    let fields: [String]
    /// Lines, each with its CRLF.
    let body: String

    /// A part with the content type, as it is.
    init(type: String, body: String) {
        fields = [HeaderField.structured("Content-Type", type)]
        self.body = body
    }

    /// A part with text in UTF-8, whose lines end in LF.
    init(text: String, subtype: String) {
        fields = [
            HeaderField.structured("Content-Type", "text/\(subtype); charset=utf-8"),
            HeaderField.structured("Content-Transfer-Encoding", "quoted-printable"),
        ]
        body = QuotedPrintable.encoded(text)
    }

    /// A part with parts in it. The boundary follows from `seed` and occurs in none of them.
    init(multipart subtype: String, seed: String, parts: [MIMEPart]) {
        let texts = parts.map(\.text)
        let boundary = Self.boundary(seed: seed, notIn: texts)
        fields = [
            HeaderField.structured("Content-Type", "multipart/\(subtype); boundary=\"\(boundary)\"")
        ]
        body = texts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
    }

    /// The fields, an empty line and the body.
    var text: String { fields.joined() + "\r\n" + body }

    /// Tried in order, so that the same seed and parts always have the same boundary.
    private static func boundary(seed: String, notIn texts: [String]) -> String {
        let stem = "=_" + String(fnv1a(seed), radix: 36)
        var number = 0
        while texts.contains(where: { $0.containsBytes(of: "\(stem)_\(number)") }) { number += 1 }
        return "\(stem)_\(number)"
    }

    /// A hash that, unlike Swift's own, is the same in each process (FNV-1a, 64 bits).
    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
