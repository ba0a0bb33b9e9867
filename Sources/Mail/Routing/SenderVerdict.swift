package import JSON

/// The operator's verdict on a sender, for all recipients: a row `SENDER#a@b.example` or
/// `SENDER#*@b.example` of the table.
package struct SenderVerdict: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case block
        case allow
    }

    package let kind: Kind
    package var isEnabled: Bool
    package var description: String?

    package init(_ kind: Kind, isEnabled: Bool = true, description: String? = nil) {
        self.kind = kind
        self.isEnabled = isEnabled
        self.description = description
    }
}

extension SenderVerdict {
    package static let keyPrefix = "SENDER#"

    /// The names of all attributes that a verdict may have.
    package static let attributeNames = ["verdict", "enabled", "description"]

    /// Reads a row. One without `enabled` is enabled; an empty description is none.
    /// - Returns: nil where `verdict` is neither `block` nor `allow`.
    package init?(_ attributes: JSONValue) {
        guard let kind = attributes["verdict"]?.string.flatMap(Kind.init(rawValue:)) else {
            return nil
        }
        self.init(
            kind, isEnabled: attributes["enabled"]?.asBool ?? true,
            description: attributes["description"]?.string.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The attributes that say this verdict.
    package var attributes: JSONValue {
        let words: [JSONValue.Member] =
            description.map { [.init("description", .string($0))] } ?? []
        return .object(
            [.init("verdict", .string(kind.rawValue)), .init("enabled", .bool(isEnabled))] + words)
    }
}
