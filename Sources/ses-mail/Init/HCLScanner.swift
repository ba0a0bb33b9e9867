internal import Text

/// Reads a tfvars file from its beginning to its end.
struct HCLScanner {
    private let bytes: [UInt8]
    private(set) var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A part of a value.
    private enum Token: Equatable {
        case text(String)
        case word(String)
        case mark(UInt8)
    }

    func fault(_ reason: String) -> TerraformValues.Fault {
        TerraformValues.Fault(
            line: bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1, reason: reason)
    }

    /// Goes on to the next assignment; false at the end.
    mutating func skipToName() -> Bool {
        skip(lines: true)
        return place < bytes.count
    }

    mutating func name() -> String {
        let start = place
        while let byte = next, HCLScanner.isOfName(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    mutating func skipsEquals() -> Bool {
        skip(lines: false)
        guard next == UInt8(ascii: "=") else { return false }
        place += 1
        skip(lines: false)
        return true
    }

    /// A value, which ends with its line, or with the line of its last bracket.
    mutating func value() throws(TerraformValues.Fault) -> HCLValue {
        let start = place
        var tokens: [Token] = []
        var end = place
        var open: [UInt8] = []
        while place < bytes.count {
            skip(lines: !open.isEmpty)
            guard let byte = next, byte != UInt8(ascii: "\n") else { break }
            switch byte {
            case UInt8(ascii: "\""): tokens.append(.text(try string()))
            case UInt8(ascii: "<"): throw fault("a text of several lines (<<) is not understood")
            case _ where HCLScanner.isOfName(byte): tokens.append(.word(name()))
            default:
                if "[{(".utf8.contains(byte) { open.append(byte) }
                if "]})".utf8.contains(byte), open.popLast() == nil {
                    throw fault("a bracket is closed that was not opened")
                }
                tokens.append(.mark(byte))
                place += 1
            }
            end = place
        }
        guard open.isEmpty else { throw fault("a bracket is not closed") }
        guard !tokens.isEmpty else { throw fault("there is no value") }
        place = end
        return HCLScanner.value(
            tokens, String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// Passes over blanks and comments, and over the ends of lines where that is allowed.
    private mutating func skip(lines: Bool) {
        while let byte = next {
            let rest = bytes[place...]
            if byte == UInt8(ascii: "#") || rest.starts(with: "//".utf8) {
                place = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            } else if rest.starts(with: "/*".utf8) {
                place += 2
                while place < bytes.count, !bytes[place...].starts(with: "*/".utf8) { place += 1 }
                place = min(place + 2, bytes.count)
            } else if " \t\r".utf8.contains(byte) || lines && byte == UInt8(ascii: "\n") {
                place += 1
            } else {
                return
            }
        }
    }

    /// A text in quotation marks.
    private mutating func string() throws(TerraformValues.Fault) -> String {
        var text: [UInt8] = []
        place += 1
        while let byte = next, byte != UInt8(ascii: "\n") {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(try escaped())
            case UInt8(ascii: "{") where text.last.map("$%".utf8.contains) ?? false:
                guard text.suffix(2) == text.suffix(1) + text.suffix(1) else {
                    throw fault("a text with a template (${ or %{) is not understood")
                }
                text.removeLast()
                text.append(byte)
            default: text.append(byte)
            }
        }
        throw fault("a quotation mark is not closed")
    }

    /// The byte that an escape stands for; the place is behind its backslash.
    private mutating func escaped() throws(TerraformValues.Fault) -> UInt8 {
        guard let byte = next else { throw fault("a quotation mark is not closed") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        default: throw fault("an escape is not understood")
        }
    }

    private static func value(_ tokens: [Token], _ written: String) -> HCLValue {
        if tokens.count == 1 {
            switch tokens[0] {
            case .text(let text): return .text(text)
            case .word("true"): return .bool(true)
            case .word("false"): return .bool(false)
            case .word, .mark: return .other(written)
            }
        }
        let inner = tokens.dropFirst().dropLast().filter { $0 != .mark(UInt8(ascii: ",")) }
        if tokens.first == .mark(UInt8(ascii: "[")), tokens.last == .mark(UInt8(ascii: "]")) {
            let texts = inner.map { token in
                if case .text(let text) = token { text } else { String?.none }
            }
            if texts.allSatisfy({ $0 != nil }) { return .texts(texts.compactMap { $0 }) }
        }
        if tokens.first == .mark(UInt8(ascii: "{")), tokens.last == .mark(UInt8(ascii: "}")),
            let map = map(Array(inner))
        {
            return .map(map)
        }
        return .other(written)
    }

    /// Pairs of a key and a text.
    private static func map(_ tokens: [Token]) -> [String: String]? {
        guard tokens.count % 3 == 0 else { return nil }
        var map: [String: String] = [:]
        for index in stride(from: 0, to: tokens.count, by: 3) {
            guard case .text(let value) = tokens[index + 2],
                tokens[index + 1] == .mark(UInt8(ascii: "="))
                    || tokens[index + 1] == .mark(UInt8(ascii: ":"))
            else { return nil }
            switch tokens[index] {
            case .text(let key), .word(let key): map[key] = value
            case .mark: return nil
            }
        }
        return map
    }
}
