internal import Text

/// The form of the id that SES gives to a mail: letters, digits and hyphens, which are safe in a
/// log filter.
package enum SESIdentifier {
    package static func isOne(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-")
            }
    }
}
