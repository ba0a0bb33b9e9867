package import AWS
internal import JSON

/// The addresses that a credential may send from: an administrator's list, checked. A
/// pattern that IAM would read as more than it says is refused.
package struct SenderList: Equatable, Sendable {
    /// An address, `*@domain` or `*`, as written: IAM compares with case.
    package let patterns: [String]

    /// - Throws: `SenderListError` for a missing, empty or malformed list.
    package init(_ attribute: AttributeValue?) throws(SenderListError) {
        let values: [AttributeValue]
        switch attribute {
        case .list(let list)?: values = list
        case .stringSet(let texts)?: values = texts.sorted().map { .string($0) }
        default: throw .missing
        }
        guard !values.isEmpty else { throw .missing }
        var patterns: [String] = []
        // They are ASCII: equal texts have equal bytes.
        var seen: Set<String> = []
        for (index, value) in values.enumerated() {
            guard let pattern = value.string, SenderList.isPattern(pattern) else {
                throw .malformed(position: index + 1)
            }
            if seen.insert(pattern).inserted { patterns.append(pattern) }
        }
        self.patterns = patterns
    }

    /// The policy of a user who may send from these addresses and do nothing else
    /// (https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html).
    package var policy: String {
        let document: JSONValue = [
            "Version": "2012-10-17",
            "Statement": [
                [
                    "Sid": "AllowSmtpFrom", "Effect": "Allow", "Action": "ses:SendRawEmail",
                    "Resource": "*",
                    "Condition": [
                        "StringLike": ["ses:FromAddress": .array(patterns.map { .string($0) })]
                    ],
                ]
            ],
        ]
        return String(decoding: document.bytes, as: UTF8.self)
    }

    /// `*`, `*@domain` or `local@domain` in printable ASCII, with no wildcard or policy variable
    /// inside.
    private static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        let bytes = Array(text.utf8)
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > 0, at + 1 < bytes.count,
            bytes.count <= 320
        else { return false }
        let isWildcardLocal = at == 1 && bytes[0] == UInt8(ascii: "*")
        return (isWildcardLocal || bytes[..<at].allSatisfy(isPlain))
            && bytes[(at + 1)...].allSatisfy(isPlain) && !hasVariable(bytes)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !#"*?@"\<>,;"#.utf8.contains(byte)
    }

    /// `${…}` in a policy is a variable.
    private static func hasVariable(_ bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains {
            $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{")
        }
    }
}

/// The fault of a list, in words for the administrator, who reads them in the row.
package enum SenderListError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing
    /// Counted from 1; the text itself may hold anything and is not repeated.
    case malformed(position: Int)

    package var description: String {
        switch self {
        case .missing: "allowed_from_addresses is missing or empty"
        case .malformed(let position):
            "allowed_from_addresses: entry \(position) is neither an address nor *@domain nor *"
        }
    }
}
