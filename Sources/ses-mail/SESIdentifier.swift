internal import ArgumentParser

/// The form of the id that SES gives to a mail: letters, digits and hyphens, which are safe within
/// a log filter.
enum SESIdentifier {
    static func check(_ text: String) throws {
        guard isOne(text) else {
            throw ValidationError("An SES id has letters, digits and hyphens only.")
        }
    }

    static func isOne(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
