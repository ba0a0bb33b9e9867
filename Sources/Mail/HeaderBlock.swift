internal import Text

/// The header fields at the beginning of a mail, unfolded (RFC 5322 §2.2.3). Lines end in CRLF or
/// LF.
///
/// A line that is not a field is left out. So are bytes that a field's name cannot have, such as a
/// byte order mark or blanks before the colon, because other programs find the field without them.
package struct HeaderBlock: Equatable, Sendable {
    package private(set) var fields: [MailHeaders.Field] = []
    /// Whether the empty line that ends the header is there.
    package private(set) var isWhole = false

    /// - Parameter bytes: the mail's beginning, which may end anywhere.
    package init(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What comes after the last line end may be half a line.
        let last = lines.removeLast()
        if lines.isEmpty, !last.isEmpty { lines.append(last) }
        var name: String?
        var value = ""
        for line in lines {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty {
                isWhole = true
                break
            }
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
                // Added in place: a field of thousands of lines must not be copied for each.
                value += " "
                value += String(decoding: line, as: UTF8.self).trimmingASCIIWhitespace
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            if let name { fields.append(.init(name: name, value: value)) }
            name = String(decoding: line[..<colon].filter { 0x21...0x7E ~= $0 }, as: UTF8.self)
            value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingASCIIWhitespace
        }
        if let name { fields.append(.init(name: name, value: value)) }
    }
}
