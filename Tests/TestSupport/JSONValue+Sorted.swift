package import JSON

extension JSONValue {
    /// The same document with every object's members in the order of their names, for what is
    /// written out of a dictionary.
    package var sorted: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.sorted))
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.sorted) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        default: self
        }
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
