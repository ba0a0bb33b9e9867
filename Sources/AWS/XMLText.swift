internal import HTTP
internal import Text

/// A reader of flat XML answers. It knows enough for error bodies and IAM's lists:
/// elements are found by name, without attributes, and their character references resolved.
package enum XMLText {
    /// The text of the first element of that name, or nil.
    package static func first(_ name: String, in document: [UInt8]) -> String? {
        elements(name, in: document, limit: 1).first.map { text($0) }
    }

    /// The inner bytes of each element of that name, in order; nesting of the same name does not
    /// occur in the answers that we read.
    package static func elements(
        _ name: String, in document: [UInt8], limit: Int = .max
    ) -> [[UInt8]] {
        let (opening, closing) = (Array("<\(name)>".utf8), Array("</\(name)>".utf8))
        var found: [[UInt8]] = []
        var rest = document[...]
        while found.count < limit, let start = rest.firstRange(ofBytes: opening),
            let end = rest[start.upperBound...].firstRange(ofBytes: closing)
        {
            found.append(Array(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return found
    }

    /// Whether the document is one whole element of that name, which may follow an XML declaration
    /// and may have attributes.
    package static func isElement(_ name: String, _ document: [UInt8]) -> Bool {
        var rest = document[...].drop(while: \.isASCIIWhitespace)
        if rest.starts(with: "<?xml".utf8), let end = rest.firstRange(ofBytes: Array("?>".utf8)) {
            rest = rest[end.upperBound...].drop(while: \.isASCIIWhitespace)
        }
        let opening = "<\(name)".utf8
        let end = rest.reversed().drop(while: \.isASCIIWhitespace)
        guard rest.starts(with: opening), end.starts(with: "</\(name)>".utf8.reversed()),
            let next = rest.dropFirst(opening.count).first
        else { return false }
        return next == UInt8(ascii: ">") || next.isASCIIWhitespace
    }

    /// Character data with `&lt; &gt; &amp; &quot; &apos; &#N; &#xN;` resolved. By bytes: a
    /// combining mark would hide the semicolon before it.
    package static func text(_ inner: [UInt8]) -> String {
        var pieces = inner.split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)[...]
        var text = Array(pieces.removeFirst())
        for piece in pieces {
            guard let semicolon = piece.firstIndex(of: UInt8(ascii: ";")),
                let character = character(named: piece[..<semicolon])
            else {
                text.append(UInt8(ascii: "&"))
                text += piece
                continue
            }
            text += String(character).utf8
            text += piece[(semicolon + 1)...]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func character(named name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.first == UInt8(ascii: "#") else {
            return switch String(decoding: name, as: UTF8.self) {
            case "lt": "<"
            case "gt": ">"
            case "amp": "&"
            case "quot": "\""
            case "apos": "'"
            default: nil
            }
        }
        let isHexadecimal = name.dropFirst().first == UInt8(ascii: "x")
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        // A sign is no digit, although `UInt32` would take it.
        guard digits.allSatisfy({ $0.hexValue != nil }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
            .flatMap(Unicode.Scalar.init)
    }
}
