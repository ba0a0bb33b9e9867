internal import Text

/// The header fields of a message. Order and repetition are kept; names are compared
/// without ASCII case (RFC 9110 §5.1).
package struct HTTPHeaders: Equatable, Sendable {
    /// One field as it stands on the wire.
    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    package private(set) var fields: [Field] = []

    /// - Parameter capacity: the number of fields that there is room for at once.
    package init(capacity: Int = 0) {
        fields.reserveCapacity(capacity)
    }

    /// The first field of that name, or nil.
    package subscript(name: String) -> String? {
        fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    /// Adds a field after those that are there.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Leaves exactly one field of that name.
    package mutating func replace(_ name: String, _ value: String) {
        fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
        add(name, value)
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral pairs: (String, String)...) {
        fields = pairs.map { Field(name: $0.0, value: $0.1) }
    }
}
