internal import Text

/// The header fields at the beginning of a mail, unfolded (RFC 5322 §2.2.3). Lines end in CRLF or
/// LF.
package struct HeaderBlock: Equatable, Sendable {
    package private(set) var fields: [MailHeaders.Field] = []
    /// Whether the empty line that ends the header is there.
    package private(set) var isWhole = false
    /// The place where the body begins: after the empty line, or where the bytes end.
    package private(set) var bodyStart: Int

    /// The field whose lines are being read. Its value grows in place: a field of thousands of
    /// lines must not be copied for each.
    private var name: String?
    private var value = ""

    /// The header of which no field may be overlooked.
    ///
    /// A line that is no field is left out, and so are the bytes of a name that no name can have,
    /// such as a byte order mark or blanks before the colon: other programs find the field all the
    /// same.
    /// - Parameter bytes: the mail's beginning, which may end anywhere.
    package init(_ bytes: [UInt8]) {
        bodyStart = bytes.endIndex
        var rest = bytes[...]
        while !rest.isEmpty {
            let (line, isEnded) = HeaderBlock.nextLine(of: &rest)
            // What comes after the last line end may be half a line.
            guard isEnded || line.count == bytes.count else { break }
            if endsHeader(line, before: rest.startIndex) { break }
            if HeaderBlock.isContinuation(line) {
                unfold(line)
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                begin(line, colon)
            }
        }
        endField()
    }

    /// The header of a whole mail, or of one of its parts, as mail programs show it: a line that is
    /// no field ends it, and begins the body.
    package init(ofWhole part: ArraySlice<UInt8>) {
        bodyStart = part.endIndex
        var rest = part
        while !rest.isEmpty {
            let start = rest.startIndex
            let (line, _) = HeaderBlock.nextLine(of: &rest)
            if endsHeader(line, before: rest.startIndex) { break }
            if HeaderBlock.isContinuation(line) {
                unfold(line)
            } else if let colon = HeaderBlock.endOfName(line) {
                begin(line, colon)
            } else if !line.starts(with: "From ".utf8) || start != part.startIndex {
                bodyStart = start
                break
            }
        }
        endField()
    }

    private mutating func endsHeader(_ line: ArraySlice<UInt8>, before next: Int) -> Bool {
        guard line.isEmpty else { return false }
        isWhole = true
        bodyStart = next
        return true
    }

    private mutating func unfold(_ line: ArraySlice<UInt8>) {
        value += " "
        value += String(decoding: line, as: UTF8.self).trimmingASCIIWhitespace
    }

    private mutating func begin(_ line: ArraySlice<UInt8>, _ colon: Int) {
        endField()
        name = String(decoding: line[..<colon].filter { 0x21...0x7E ~= $0 }, as: UTF8.self)
        value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingASCIIWhitespace
    }

    private mutating func endField() {
        if let name { fields.append(.init(name: name, value: value)) }
        name = nil
    }

    /// Takes a line out of the rest, and answers it without its end, and whether it has one.
    private static func nextLine(
        of rest: inout ArraySlice<UInt8>
    ) -> (line: ArraySlice<UInt8>, isEnded: Bool) {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            defer { rest = rest[rest.endIndex...] }
            return (rest, false)
        }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        return (line.last == UInt8(ascii: "\r") ? line.dropLast() : line, true)
    }

    private static func isContinuation(_ line: ArraySlice<UInt8>) -> Bool {
        line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
    }

    /// The colon after a name that a field can have (RFC 5322 §2.2).
    private static func endOfName(_ line: ArraySlice<UInt8>) -> Int? {
        let end = line.firstIndex { !(0x21...0x7E ~= $0) || $0 == UInt8(ascii: ":") }
        return end.flatMap { line[$0] == UInt8(ascii: ":") ? $0 : nil }
    }
}
