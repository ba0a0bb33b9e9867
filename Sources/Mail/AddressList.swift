internal import Text

/// The addresses in the value of a header field such as From (RFC 5322 §3.4), without names and
/// comments.
///
/// Strangers write these values. A value outside the grammar still gives the addresses that can be
/// found in it; `isWellFormed` is whether every program must find the same ones.
package struct AddressList: Equatable, Sendable {
    package private(set) var addresses: [String] = []
    private(set) var isWellFormed = true

    private var place = Place.outside
    /// The text outside angle brackets: a name, or an address without brackets.
    private var plain: [UInt8] = []
    /// The text inside angle brackets, nil if there are none.
    private var bracketed: [UInt8]?
    private var commentDepth = 0
    private var isEscaped = false
    /// Whether an `@` stands outside quotes and brackets.
    private var hasPlainAt = false

    private enum Place: Equatable {
        case outside
        case brackets
        case afterBrackets
        case quotes(inBrackets: Bool)
    }

    package init(_ value: String) {
        for byte in value.utf8 {
            let isControl = byte < 0x20 || byte == 0x7F
            if isControl, !byte.isASCIIWhitespace { isWellFormed = false }
            if commentDepth > 0 {
                readComment(byte)
            } else if case .quotes(let inBrackets) = place {
                readQuoted(byte, inBrackets: inBrackets)
            } else {
                read(byte)
            }
        }
        if case .quotes = place { isWellFormed = false }
        if commentDepth > 0 { isWellFormed = false }
        endAddress()
    }

    private mutating func readComment(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "(") {
            commentDepth += 1
        } else if byte == UInt8(ascii: ")") {
            commentDepth -= 1
        }
    }

    private mutating func readQuoted(_ byte: UInt8, inBrackets: Bool) {
        keep(byte)
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            place = inBrackets ? .brackets : .outside
        }
    }

    private mutating func read(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("):
            commentDepth = 1
            keep(UInt8(ascii: " "))
        case UInt8(ascii: "\""):
            keep(byte)
            place = .quotes(inBrackets: place == .brackets)
        case UInt8(ascii: "<"):
            if bracketed != nil { isWellFormed = false }
            bracketed = []
            place = .brackets
        case UInt8(ascii: ">"):
            if place != .brackets { isWellFormed = false }
            place = .afterBrackets
        case UInt8(ascii: ",") where place != .brackets:
            endAddress()
        case UInt8(ascii: ";") where place != .brackets:
            // The end of a group, whose name ends in a colon (§3.4).
            isWellFormed = false
            endAddress()
        case UInt8(ascii: ":") where place != .brackets:
            isWellFormed = false
            plain = []
        default:
            if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: ")") { isWellFormed = false }
            if byte == UInt8(ascii: "@"), place == .outside { hasPlainAt = true }
            keep(byte)
        }
    }

    private mutating func keep(_ byte: UInt8) {
        switch place {
        case .brackets, .quotes(inBrackets: true): bracketed?.append(byte)
        case .afterBrackets: if !byte.isASCIIWhitespace { isWellFormed = false }
        case .outside, .quotes: plain.append(byte)
        }
    }

    private mutating func endAddress() {
        if place == .brackets { isWellFormed = false }
        // Some programs take `a@b <c@d>` for a@b.
        if bracketed != nil, hasPlainAt { isWellFormed = false }
        let text = String(decoding: bracketed ?? plain, as: UTF8.self).trimmingASCIIWhitespace
        if text.isEmpty {
            isWellFormed = false
        } else {
            addresses.append(text)
        }
        place = .outside
        plain = []
        bracketed = nil
        hasPlainAt = false
    }
}

extension EmailAddress {
    /// The only address in the value of a From field; nil if it has none or several, and where
    /// programs may disagree about which it is.
    init?(soleIn value: String) {
        let list = AddressList(value)
        // A dot at the end of the domain is outside the grammar, and some programs read no address.
        // An encoded word must not be in an address (RFC 2047 §5), and some decode it there.
        guard list.isWellFormed, list.addresses.count == 1, let text = list.addresses.first,
            text.utf8.last != UInt8(ascii: "."), !text.containsBytes(of: "=?")
        else { return nil }
        self.init(strict: text)
    }
}
