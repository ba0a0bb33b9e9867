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

    /// Character data with `&lt; &gt; &amp; &quot; &apos; &#N; &#xN;` resolved.
    package static func text(_ inner: [UInt8]) -> String {
        let escaped = String(decoding: inner, as: UTF8.self)
        guard escaped.utf8.contains(UInt8(ascii: "&")) else { return escaped }
        var pieces = escaped.split(separator: "&", omittingEmptySubsequences: false)[...]
        var text = String(pieces.removeFirst())
        for piece in pieces {
            guard let semicolon = piece.firstIndex(of: ";"),
                let character = character(named: piece[..<semicolon])
            else {
                text += "&\(piece)"
                continue
            }
            text.unicodeScalars.append(character)
            text += piece[piece.index(after: semicolon)...]
        }
        return text
    }

    private static func character(named name: Substring) -> Unicode.Scalar? {
        switch name {
        case "lt": "<"
        case "gt": ">"
        case "amp": "&"
        case "quot": "\""
        case "apos": "'"
        case _ where name.hasPrefix("#x"):
            UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case _ where name.hasPrefix("#"):
            UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
        default: nil
        }
    }
}
