package import FoundationEssentials

/// A JSON object on one line, written field by field in the order given: log lines, metrics,
/// trace documents and batch answers.
package struct JSONObject {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init() {}

    /// The finished object.
    package var data: Data { Data(bytes + [UInt8(ascii: "}")]) }
    package var text: String { String(decoding: bytes, as: UTF8.self) + "}" }

    package mutating func add(_ key: String, _ value: String) {
        begin(key)
        append(quoted: value)
    }

    package mutating func add(_ key: String, _ value: Int) {
        begin(key)
        bytes += String(value).utf8
    }

    package mutating func add(_ key: String, _ value: Bool) {
        begin(key)
        bytes += (value ? "true" : "false").utf8
    }

    /// A finite number; JSON has no other.
    package mutating func add(_ key: String, _ value: Double) {
        begin(key)
        bytes += (value.isFinite ? String(value) : "0").utf8
    }

    package mutating func add(_ key: String, _ value: JSONObject) {
        begin(key)
        append(value)
    }

    package mutating func add(_ key: String, array: [JSONObject]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in array.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// JSON text that is known to be well-formed, as it stands.
    package mutating func add(_ key: String, verbatim json: String) {
        begin(key)
        bytes += json.utf8
    }

    private mutating func begin(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        append(quoted: key)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ object: JSONObject) {
        bytes += object.bytes
        bytes.append(UInt8(ascii: "}"))
    }

    /// RFC 8259 §7; U+007F is escaped too, because some terminals obey it.
    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
