internal import Text

/// The value of a header field with parameters: `text/plain; charset="utf-8"` (RFC 2045 §5.1, RFC
/// 2183 §2).
package struct ContentValue: Equatable, Sendable {
    /// What stands before the parameters, ASCII lower-cased.
    package let value: String
    private let parameters: [Parameter]

    private struct Parameter: Equatable {
        let name: String
        let value: [UInt8]
    }

    package init(_ field: String) {
        var pieces = ContentValue.pieces(of: field)
        value =
            String(decoding: pieces.removeFirst(), as: UTF8.self)
            .trimmingASCIIWhitespace.asciiLowercased
        parameters = pieces.compactMap { piece in
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(decoding: piece[..<equals], as: UTF8.self)
            let value = String(decoding: piece[(equals + 1)...], as: UTF8.self)
            return Parameter(
                name: name.trimmingASCIIWhitespace.asciiLowercased,
                value: ContentValue.unquoted(Array(value.trimmingASCIIWhitespace.utf8)))
        }
    }

    /// A parameter's text. Joins split values and decodes character sets (RFC 2231), and encoded
    /// words too, which do not belong here but are common.
    package subscript(name: String) -> String? {
        if let plain = first(name) {
            return EncodedWord.decoded(String(decoding: plain, as: UTF8.self))
        }
        if let encoded = first("\(name)*") { return ContentValue.text(of: [(encoded, true)]) }
        var segments: [(bytes: [UInt8], isEncoded: Bool)] = []
        while segments.count < ContentValue.maximumSegments {
            if let plain = first("\(name)*\(segments.count)") {
                segments.append((plain, false))
            } else if let encoded = first("\(name)*\(segments.count)*") {
                segments.append((encoded, true))
            } else {
                break
            }
        }
        return segments.isEmpty ? nil : ContentValue.text(of: segments)
    }

    private static let maximumSegments = 100

    private func first(_ name: String) -> [UInt8]? {
        parameters.first { $0.name.hasSameBytes(as: name) }?.value
    }

    /// The text of a parameter's segments. The first one says the character set, and a language
    /// (RFC 2231 §4).
    private static func text(of segments: [(bytes: [UInt8], isEncoded: Bool)]) -> String {
        var charset: Charset?
        var bytes: [UInt8] = []
        for (index, segment) in segments.enumerated() {
            guard segment.isEncoded else {
                bytes += segment.bytes
                continue
            }
            var content = segment.bytes[...]
            let parts = content.split(
                separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
            if index == 0, parts.count == 3 {
                charset = Charset(label: String(decoding: parts[0], as: UTF8.self))
                content = parts[2]
            }
            bytes += PercentEncoding.bytes(content)
        }
        return String(decoding: charset?.utf8(bytes) ?? bytes, as: UTF8.self)
    }

    /// The text between the semicolons, of which those in quotation marks are no separators.
    private static func pieces(of field: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in field.utf8 {
            if byte == UInt8(ascii: ";"), !isQuoted {
                pieces.append([])
                continue
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && isQuoted && !isEscaped
            pieces[pieces.count - 1].append(byte)
        }
        return pieces
    }

    /// The content of a quoted string (RFC 5322 §3.2.4); other text as it is.
    private static func unquoted(_ text: [UInt8]) -> [UInt8] {
        guard text.first == UInt8(ascii: "\"") else { return text }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text.dropFirst() {
            if isEscaped {
                result.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                break
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
