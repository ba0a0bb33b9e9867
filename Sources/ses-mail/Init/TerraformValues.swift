/// The assignments of a tfvars file. A change keeps every other line, comments too, as it is.
struct TerraformValues {
    /// The reason why a file is not understood.
    struct Fault: Error, Equatable {
        let line: Int
        let reason: String
    }

    private struct Assignment {
        let name: String
        /// From the name to the end of the value.
        let range: Range<Int>
        let value: HCLValue
    }

    private(set) var bytes: [UInt8]
    private var assignments: [Assignment] = []

    init(_ bytes: [UInt8]) throws(Fault) {
        self.bytes = bytes
        var scanner = HCLScanner(bytes)
        while scanner.skipToName() {
            let start = scanner.place
            let name = scanner.name()
            guard !name.isEmpty, scanner.skipsEquals() else {
                throw scanner.fault("it is no assignment")
            }
            let value = try scanner.value()
            assignments.append(
                Assignment(name: name, range: start..<scanner.place, value: value))
        }
    }

    /// The value of a variable; nil where the file does not name it.
    subscript(name: String) -> HCLValue? { assignments.last { $0.name == name }?.value }

    /// Writes the value in the place of the present one, or at the end.
    mutating func set(_ name: String, to value: HCLValue) throws(Fault) {
        let line = Array("\(name) = \(value.text)".utf8)
        var changed = bytes
        if let present = assignments.last(where: { $0.name == name }) {
            changed.replaceSubrange(present.range, with: line)
        } else {
            if changed.last.map({ $0 != UInt8(ascii: "\n") }) ?? false {
                changed.append(UInt8(ascii: "\n"))
            }
            changed += line + [UInt8(ascii: "\n")]
        }
        self = try TerraformValues(changed)
    }
}

/// A value of Terraform's language, as far as it is needed.
enum HCLValue: Equatable {
    case text(String)
    case bool(Bool)
    case texts([String])
    case map([String: String])
    /// An expression of another kind, as it was written.
    case other(String)

    /// As Terraform's formatter writes it.
    var text: String {
        switch self {
        case .text(let text): HCLValue.quoted(text)
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .texts(let texts): "[\(texts.map(HCLValue.quoted).joined(separator: ", "))]"
        case .map(let map) where map.isEmpty: "{}"
        case .map(let map):
            "{ "
                + map.sorted { $0.key < $1.key }
                .map { "\(HCLValue.quoted($0.key)) = \(HCLValue.quoted($0.value))" }
                .joined(separator: ", ") + " }"
        case .other(let text): text
        }
    }

    var texts: [String]? {
        switch self {
        case .texts(let texts): texts
        case .text, .bool, .map, .other: nil
        }
    }

    /// In quotation marks, with the escapes of
    /// https://developer.hashicorp.com/terraform/language/expressions/strings.
    private static func quoted(_ text: String) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): quoted += "\\n".utf8
            case UInt8(ascii: "\r"): quoted += "\\r".utf8
            case UInt8(ascii: "\t"): quoted += "\\t".utf8
            case UInt8(ascii: "{"):
                // A template begins with `${` or `%{`, a text with one of those doubled.
                if let mark = quoted.last, "$%".utf8.contains(mark) { quoted.append(mark) }
                quoted.append(byte)
            default: quoted.append(byte)
            }
        }
        return String(decoding: quoted, as: UTF8.self) + "\""
    }
}
