/// Writes one JSON document, on one line, value after value in the order given.
///
/// It writes the commas. The caller closes objects and arrays, and names members.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// The document so far as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `{` … `}` around what `body` writes.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// `[` … `]` around what `body` writes.
    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// The name of the member whose value comes next.
    package mutating func name(_ name: String) {
        append(quoted: name, isName: true)
    }

    package mutating func string(_ value: String) {
        append(quoted: value, isName: false)
    }

    package mutating func integer(_ value: Int) {
        separate()
        bytes += String(value).utf8
    }

    /// A finite number (JSON has no other); anything else becomes 0.
    package mutating func double(_ value: Double) {
        separate()
        bytes += (value.isFinite ? String(value) : "0").utf8
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes += (value ? "true" : "false").utf8
    }

    /// A whole tree.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null:
            separate()
            bytes += "null".utf8
        case .bool(let value): bool(value)
        case .number(let text):
            separate()
            bytes += text.utf8
        case .string(let text): string(text)
        case .array(let values):
            array { for value in values { $0.value(value) } }
        case .object(let members):
            object { for member in members { $0.member(member.name, member.value) } }
        }
    }

    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        integer(value)
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// RFC 8259 §7; U+007F is escaped too, because some terminals obey it. The comma before a text
    /// and the colon after a name are written with it: most are so short that each call counts.
    private mutating func append(quoted text: String, isName: Bool) {
        let needsComma = needsComma
        var text = text
        text.withUTF8 { utf8 in
            // In pieces, because room is made for the longest escape of every byte.
            var start = 0
            repeat {
                let end = min(start + JSONWriter.pieceByteCount, utf8.count)
                let piece = UnsafeBufferPointer(rebasing: utf8[start..<end])
                let (isFirst, isLast) = (start == 0, end == utf8.count)
                let capacity = piece.count * EscapedText.longestEscape + 4
                bytes.append(addingCapacity: capacity) { space in
                    if isFirst {
                        if needsComma { space.append(UInt8(ascii: ",")) }
                        space.append(UInt8(ascii: "\""))
                    }
                    space.withUnsafeMutableBufferPointer { space, count in
                        count += EscapedText.write(
                            piece, to: UnsafeMutableBufferPointer(rebasing: space[count...]))
                    }
                    if isLast {
                        space.append(UInt8(ascii: "\""))
                        if isName { space.append(UInt8(ascii: ":")) }
                    }
                }
                start = end
            } while start < utf8.count
        }
        self.needsComma = !isName
    }

    private static let pieceByteCount = 512
}

extension JSONValue {
    /// The document's bytes, on one line.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
