internal import HTTP
internal import Text

/// A name of DNS, in lower case and without the dot at its end, so that equal names are equal.
struct DNSName: Hashable, Sendable, CustomStringConvertible {
    let text: String

    init(_ text: String) {
        let lowered = text.utf8.map(\.asciiLowercased)
        let isAbsolute = lowered.last == UInt8(ascii: ".")
        self.text = String(decoding: isAbsolute ? lowered.dropLast() : lowered[...], as: UTF8.self)
    }

    /// Whether it can be asked for: labels of 1 to 63 bytes, 253 in all (RFC 1035 §2.3.4), without
    /// characters that need a backslash.
    var isAskable: Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253 && labels.allSatisfy { (1...63).contains($0.count) }
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }

    /// Whether its labels are of letters, digits and inner hyphens (RFC 1123 §2.1).
    var isHostName: Bool {
        let hyphen = UInt8(ascii: "-")
        return isAskable
            && text.utf8.split(separator: UInt8(ascii: ".")).allSatisfy { label in
                label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { $0.isASCIISmall || $0.isASCIIDigit || $0 == hyphen }
            }
    }

    /// The name with the dot of zone files.
    var absolute: String { "\(text)." }

    /// The name without its first label; nil above a name of one label.
    var parent: DNSName? {
        let labels = text.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        return labels.count == 2 ? DNSName(String(labels[1]) ?? "") : nil
    }

    var description: String { text }
}

/// The types of records that mail needs.
enum RecordType: Int32, Sendable {
    case a = 1
    case cname = 5
    case mx = 15
    case txt = 16
    case aaaa = 28
    case caa = 257

    /// The name of the type.
    var text: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .caa: "CAA"
        }
    }

    /// A type that Terraform writes.
    init?(text: String) {
        switch text {
        case "MX": self = .mx
        case "TXT": self = .txt
        case "CNAME": self = .cname
        default: return nil
        }
    }
}

/// The value of one record.
enum RecordValue: Hashable, Sendable {
    case exchange(preference: Int, host: DNSName)
    /// The character-strings of a TXT record, joined.
    case text(String)
    case alias(DNSName)
    /// 4 or 16 bytes.
    case address([UInt8])
    /// A certificate authority that may issue, or another property (RFC 8659 §4.1).
    case authority(isCritical: Bool, tag: String, value: String)

    var text: String {
        switch self {
        case .exchange(let preference, let host): "\(preference) \(host)"
        case .text(let text): text
        case .alias(let name): name.text
        case .address: "an address"
        case .authority(let isCritical, let tag, let value):
            "\(isCritical ? 128 : 0) \(tag) \"\(value)\""
        }
    }
}

/// An answer of DNS: records, the certainty that there are none, or `unknown`.
enum DNSAnswer: Equatable, Sendable {
    /// Records of the requested type, reached through these aliases.
    case found([RecordValue], aliases: [DNSName] = [])
    /// The name, or the one that the aliases lead to, has no such record.
    case noRecord(aliases: [DNSName] = [])
    /// The name does not exist, or the one that the aliases lead to does not.
    case noName(aliases: [DNSName] = [])
    /// The reason why it is not known.
    case unknown(String)

    var values: [RecordValue] {
        if case .found(let values, _) = self { values } else { [] }
    }

    /// The aliases that led to the answer, in their order.
    var aliases: [DNSName] {
        switch self {
        case .found(_, let aliases), .noRecord(let aliases), .noName(let aliases): aliases
        case .unknown: []
        }
    }

    /// Whether DNS says that there is no such record.
    var isNothing: Bool {
        switch self {
        case .noRecord, .noName: true
        case .found, .unknown: false
        }
    }

    /// The texts among the records.
    var texts: [String] {
        values.compactMap { value in
            if case .text(let text) = value { text } else { nil }
        }
    }

    /// The same answer, reached through these aliases first.
    func reached(by way: [DNSName]) -> DNSAnswer {
        switch self {
        case .found(let values, let aliases): .found(values, aliases: way + aliases)
        case .noRecord(let aliases): .noRecord(aliases: way + aliases)
        case .noName(let aliases): .noName(aliases: way + aliases)
        case .unknown(let reason):
            .unknown(reason + (way.first.map { " (asked for its alias \($0))" } ?? ""))
        }
    }
}
