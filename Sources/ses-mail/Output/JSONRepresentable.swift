internal import JSON

/// A value that stands in the cell of a list, or in a member of a JSON document.
protocol JSONRepresentable {
    var json: JSONValue { get }
}

extension JSONValue: JSONRepresentable {
    var json: JSONValue { self }
}

extension String: JSONRepresentable {
    var json: JSONValue { .string(self) }
}

extension Int: JSONRepresentable {
    var json: JSONValue { .integer(self) }
}

extension Bool: JSONRepresentable {
    var json: JSONValue { .bool(self) }
}

extension Severity: JSONRepresentable {
    var json: JSONValue { .string(rawValue) }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    var json: JSONValue { self?.json ?? .null }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    var json: JSONValue { .array(map(\.json)) }
}

extension JSONValue {
    /// The value as a person reads it in a cell.
    var cell: String {
        switch self {
        case .null: ""
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .string(let text): text
        case .number(let digits): digits
        case .array(let values): values.map(\.cell).joined(separator: " ")
        case .object: String(decoding: bytes, as: UTF8.self)
        }
    }
}
