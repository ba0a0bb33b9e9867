package import AWS
internal import Text

/// A credential's name, and what is named after it.
package struct Username: Equatable, Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// The longest that still leaves room for prefix and time in an IAM user's 64 characters.
    package static let longest = 39

    /// The part of the sort key after `USER#`; nil if IAM could not carry it.
    package init?(_ text: String) {
        let isLegal =
            !text.isEmpty && text.utf8.count <= Username.longest
            && text.utf8.allSatisfy(Username.isLegal)
        guard isLegal else { return nil }
        self.text = text
    }

    /// IAM's `[\w+=,.@-]`, ASCII
    /// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html).
    private static func isLegal(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "+=,.@_-".utf8.contains(byte)
    }

    /// The IAM user that a row without one gets: the same at every try, since the time is the
    /// record's.
    package func iamUserName(createdAt epochSeconds: Int) -> String {
        "\(Username.iamPrefix)\(text)-\(epochSeconds)"
    }

    package static let iamPrefix = "ses-smtp-user-"

    /// Whether an IAM user's name can be a credential's. The role may not ask about any other user,
    /// and a refusal that never ends would hold up every later record of the stream.
    package static func isIAMUserName(_ text: String) -> Bool {
        text.utf8.starts(with: iamPrefix.utf8) && text.utf8.count <= 64
            && text.utf8.allSatisfy(isLegal)
    }

    /// The name as a tag's value, in which a comma is not allowed.
    package var tagValue: String {
        String(
            decoding: text.utf8.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ":") : $0 },
            as: UTF8.self)
    }

    package var rowKey: Item { Username.key("USER#\(text)") }

    /// The key of the row with this sort key.
    static func key(_ sortKey: String) -> Item {
        ["PK": .string("SMTP_USER"), "SK": .string(sortKey)]
    }

    /// The sort key of the timer that ends an old key's overlap.
    package func retirementSortKey(_ accessKeyID: String) -> String {
        "\(retirementPrefix)\(accessKeyID)"
    }

    package var retirementPrefix: String { "RETIRE#\(text)#" }

    package var description: String { text }
}
