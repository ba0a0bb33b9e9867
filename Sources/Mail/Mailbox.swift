internal import Text

/// The mailbox that a rule's target names, and the place of its token.
package struct Mailbox: Hashable, Sendable {
    /// The address, ASCII lower-cased, without white space around it.
    package let address: String

    package init(destination: String) {
        address = destination.trimmingASCIIWhitespace.asciiLowercased
    }

    /// The last part of the name of the SSM parameter with the mailbox's own token.
    ///
    /// SSM allows `a-zA-Z0-9_.-/` in names, so every byte outside `a-z0-9.-` is written as `_` and
    /// two lower-case hexadecimal digits: `me@gmail.com` → `me_40gmail.com`. No two mailboxes have
    /// the same (systems-manager/latest/APIReference/API_PutParameter.html).
    package var parameterSuffix: String {
        var suffix = ""
        for byte in address.utf8 {
            switch byte {
            case _ where byte.isASCIISmall || byte.isASCIIDigit, UInt8(ascii: "."),
                UInt8(ascii: "-"):
                suffix.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                suffix += "_" + Hex.encode([byte])
            }
        }
        return suffix
    }

    package static func == (left: Mailbox, right: Mailbox) -> Bool {
        left.address.hasSameBytes(as: right.address)
    }

    package func hash(into hasher: inout Hasher) {
        var text = address
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
