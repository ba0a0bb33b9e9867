internal import Mail

/// The fields of a mail's header, unfolded (RFC 5322 §2.2.3). Lines end in CRLF or LF.
struct HeaderBlock {
    private(set) var fields: [MailHeaders.Field] = []
    /// Whether the empty line at its end is there.
    private(set) var isWhole = false

    init(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What comes after the last line end may be half a line.
        let last = lines.removeLast()
        if lines.isEmpty { lines.append(last) }
        for line in lines {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty {
                isWhole = true
                return
            }
            add(line)
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            guard let field = fields.popLast() else { return }
            fields.append(
                .init(name: field.name, value: "\(field.value) \(text.trimmingASCIIWhitespace)"))
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
        fields.append(
            .init(name: name.trimmingASCIIWhitespace, value: value.trimmingASCIIWhitespace))
    }
}
