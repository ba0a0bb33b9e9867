internal import Text

extension JSONValue {
    /// Reads one document. Bytes that are not UTF-8 and lone surrogate escapes become U+FFFD.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
            try JSONParser.read(bytes).value
        }
    }

    /// Reads one document. Lone surrogate escapes become U+FFFD.
    package init(parsing text: String) throws(JSONError) {
        self = try JSONValue.parse(text).value
    }

    /// Reads one document, and returns whether a lone surrogate escape was replaced: a strict
    /// reader refuses such a text.
    package static func parse(
        _ text: String, filter: JSONFilter? = nil
    ) throws(JSONError) -> (value: JSONValue, isRepaired: Bool) {
        var text = text
        return try text.withUTF8 { utf8 in
            Result { () throws(JSONError) in try JSONParser.read(utf8, filter: filter) }
        }.get()
    }
}

/// A recursive-descent reader. Its buffer checks no index: every read below is guarded by `peek` or
/// by a comparison with `bytes.count`.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    private var depth = 0
    var isRepaired = false
    /// Whether values are checked only: texts are empty then, and lists and objects too.
    var isSkipping = false
    private let filter: JSONFilter?
    /// Room for the longest string with escapes, from the first of them on.
    var scratch: UnsafeMutableBufferPointer<UInt8>?

    /// A stream record whose row has DynamoDB's 32 nested levels has 70 here, two for each list or
    /// map and the event around them. A hostile document must not exhaust the stack.
    private static let maximumDepth = 128

    private init(_ bytes: UnsafeBufferPointer<UInt8>, filter: JSONFilter?) {
        self.bytes = bytes
        self.filter = filter
    }

    /// Reads one document, and returns whether a lone surrogate escape was replaced.
    static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, filter: JSONFilter? = nil
    ) throws(JSONError) -> (value: JSONValue, isRepaired: Bool) {
        var parser = JSONParser(bytes, filter: filter)
        defer { parser.scratch?.deallocate() }
        return (try parser.document(), parser.isRepaired)
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw error("something follows the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"):
            return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["):
            return try nested { parser throws(JSONError) in try parser.array(filter: nil) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(
        _ read: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        depth += 1
        guard depth <= JSONParser.maximumDepth else { throw error("too many levels") }
        index += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        // Most objects have two to four members; growing one by one costs more than the room.
        if !isSkipping { members.reserveCapacity(4) }
        while true {
            skipSpace()
            let member = try member()
            if !isSkipping { members.append(member) }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("an object without an end") }
        }
    }

    private mutating func member() throws(JSONError) -> JSONValue.Member {
        guard peek == UInt8(ascii: "\"") else { throw error("a member without a name") }
        let name = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw error("a member without a colon") }
        if !isSkipping, let filter, name == filter.list {
            return JSONValue.Member(name, try filtered(by: filter))
        }
        return JSONValue.Member(name, try value())
    }

    private mutating func array(filter: JSONFilter?) throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        if !isSkipping { values.reserveCapacity(4) }
        while true {
            if let filter, try skip(unwantedBy: filter) {
                // The next element may be wanted.
            } else {
                let value = try value()
                if !isSkipping { values.append(value) }
            }
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw error("an array without an end") }
        }
    }

    /// A value, without the elements that the filter leaves out where it is a list.
    private mutating func filtered(by filter: JSONFilter) throws(JSONError) -> JSONValue {
        skipSpace()
        guard peek == UInt8(ascii: "[") else { return try value() }
        return try nested { parser throws(JSONError) in try parser.array(filter: filter) }
    }

    /// Checks an element that the filter leaves out, moves behind it and answers true. At any other
    /// value the index stays.
    private mutating func skip(unwantedBy filter: JSONFilter) throws(JSONError) -> Bool {
        skipSpace()
        let start = index
        guard try takeBeginning(unwantedBy: filter) else {
            index = start
            return false
        }
        isSkipping = true
        skipSpace()
        while take(UInt8(ascii: ",")) {
            skipSpace()
            _ = try member()
            skipSpace()
        }
        guard take(UInt8(ascii: "}")) else { throw error("an object without an end") }
        isSkipping = false
        return true
    }

    /// Moves behind the beginning of an object that the filter leaves out, as far as the text that
    /// it knows it by, and answers whether there is one.
    private mutating func takeBeginning(unwantedBy filter: JSONFilter) throws(JSONError) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        skipSpace()
        guard let name = plainText(), filter.isMember(name) else { return false }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return false }
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { return false }
        if let text = plainText() { return !filter.isWanted(text) }
        return !filter.isWanted(try escapedText())
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError)
        -> JSONValue
    {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count,
            word.withUTF8Buffer({ bytes[index..<end].elementsEqual($0) })
        else { throw error("an unknown word") }
        index = end
        return value
    }

    /// RFC 8259 §6: no leading zero, no plus, no bare point.
    private mutating func number() throws(JSONError) -> String {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard skipDigits() else { throw error("an unexpected character") }
        }
        if take(UInt8(ascii: ".")), !skipDigits() { throw error("a number without a fraction") }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() else { throw error("a number without an exponent") }
        }
        return isSkipping ? "" : text(start..<index)
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while peek.isASCIIDigit { index += 1 }
        return index > start
    }

    /// The next byte, or 0 at the end: no token begins with it.
    var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte, index < bytes.count else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: index)
    }
}
