internal import Text

/// A key in the table under which the rule for a recipient may stand.
///
/// Equal when the bytes are: DynamoDB compares bytes, `String` would compare characters.
package struct RoutingKey: Sendable {
    /// The partition key, `ROUTE#` and the pattern.
    package let pk: String
    /// Whether the key stands for all addresses, or all at a domain.
    package let isWildcard: Bool

    package init(pk: String, isWildcard: Bool = false) {
        self.pk = pk
        self.isWildcard = isWildcard
    }

    /// The keys to look under, first match first: the address as received, lower-cased, without its
    /// tag, `*@domain`, `*`. Five at most, no two alike.
    package static func candidates(for recipient: String) -> [RoutingKey] {
        var keys: [RoutingKey] = []
        keys.reserveCapacity(5)
        func append(_ pattern: String, isWildcard: Bool = false) {
            let key = RoutingKey(pk: "ROUTE#\(pattern)", isWildcard: isWildcard)
            // No row can have a longer key, and asking for one fails the whole BatchGetItem.
            guard key.pk.utf8.count <= maximumBytes, !keys.contains(key) else { return }
            keys.append(key)
        }

        append(recipient)
        if let address = EmailAddress(recipient) {
            append(address.text)
            if let untagged = address.withoutTag { append(untagged.text) }
            append("*@\(address.domain)", isWildcard: true)
        }
        append("*", isWildcard: true)
        return keys
    }

    /// The longest partition key (amazondynamodb/latest/developerguide/Constraints.html).
    static let maximumBytes = 2048
}

extension RoutingKey: Hashable {
    package static func == (left: RoutingKey, right: RoutingKey) -> Bool {
        left.pk.hasSameBytes(as: right.pk)
    }

    package func hash(into hasher: inout Hasher) {
        var text = pk
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
