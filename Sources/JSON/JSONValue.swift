/// A JSON document: a tree that keeps the order of an object's members and the text
/// of its numbers (RFC 8259).
///
/// Written here because JSON is most of a function's work: with this type a warm mail takes half
/// the instructions that it took with `JSONDecoder`, and a lone surrogate escape (`\ud800`) in one
/// odd subject line is not an error.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The digits as they stand in the document.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that (ASCII) name; the last where the document repeats it.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        // Our names are ASCII. The Kelvin sign is canonically equal to a K, but has more bytes.
        return members.last { $0.name.utf8.count == name.utf8.count && $0.name == name }?.value
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, if it has no fraction; nil for any other value, also for the string `"1"`.
    package var integer: Int? {
        guard case .number(let text) = self else { return nil }
        if let value = Int(text) { return value }
        return Double(text).flatMap(Int.init(exactly:))
    }

    package var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    package var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(arrayLiteral values: JSONValue...) { self = .array(values) }
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }

    package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }
}

/// The reason why a text is not JSON. It names the place and never the content.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String
    /// The offset of the first byte that is not valid.
    package let offset: Int

    package var description: String { "not valid JSON: \(reason) at byte \(offset)" }
}
