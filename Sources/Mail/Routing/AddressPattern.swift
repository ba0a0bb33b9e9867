internal import Text

/// A pattern of recipients at one domain, such as `shop-*@example.com`: in the local part `*`
/// stands for any text and `?` for one character.
package struct AddressPattern: Equatable, Sendable {
    /// The whole pattern in ASCII lower case.
    package let text: String
    package let domain: String
    private let local: [Unicode.Scalar]

    /// - Returns: nil if either side is empty, where the domain has a wildcard, and for `*` as
    ///   the whole local part, which is a rule of its own.
    package init?(_ text: String) {
        guard let address = EmailAddress(text), !address.local.hasSameBytes(as: "*"),
            !address.domain.utf8.contains(where: { $0 == 0x2A || $0 == 0x3F })
        else { return nil }
        self.text = address.text
        domain = address.domain
        local = Array(address.local.unicodeScalars)
    }

    /// Whether the pattern stands for more than one address.
    package var hasWildcard: Bool { local.contains { $0 == "*" || $0 == "?" } }

    /// The number of characters that stand for themselves: the pattern with the most is the most
    /// specific.
    package var literalCount: Int { local.count { $0 != "*" && $0 != "?" } }

    /// Whether the pattern stands for this local part, which is in ASCII lower case. The time is
    /// linear in the local part for each piece between two `*`.
    package func matches(local text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var pieces = local.split(separator: "*", omittingEmptySubsequences: false)[...]
        guard let first = pieces.popFirst() else { return false }
        guard let last = pieces.popLast() else {
            return text.count == first.count && AddressPattern.stands(first, for: text[...])
        }
        guard text.count >= first.count + last.count,
            AddressPattern.stands(first, for: text[...]),
            AddressPattern.stands(last, for: text.suffix(last.count))
        else { return false }
        // The leftmost place of each piece leaves the most room for those that follow.
        var rest = text[first.count..<(text.count - last.count)]
        for piece in pieces {
            while !AddressPattern.stands(piece, for: rest) {
                guard rest.count > piece.count else { return false }
                rest = rest.dropFirst()
            }
            rest = rest.dropFirst(piece.count)
        }
        return true
    }

    /// Whether the text begins with what a piece without `*` stands for.
    private static func stands(
        _ piece: ArraySlice<Unicode.Scalar>, for text: ArraySlice<Unicode.Scalar>
    ) -> Bool {
        text.count >= piece.count
            && zip(piece, text).allSatisfy { $0 == "?" || $0 == $1 }
    }
}
