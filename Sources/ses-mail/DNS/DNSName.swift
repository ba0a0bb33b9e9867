internal import HTTP

/// Which name of DNS? In lower case and without the dot at its end, so that equal names are equal.
struct DNSName: Hashable, Sendable, CustomStringConvertible {
    let text: String

    init(_ text: String) {
        let lowered = text.utf8.map(\.asciiLowercased)
        let isAbsolute = lowered.last == UInt8(ascii: ".")
        self.text = String(decoding: isAbsolute ? lowered.dropLast() : lowered[...], as: UTF8.self)
    }

    /// Whether it can be asked for: labels of 1 to 63 bytes, 253 in all (RFC 1035 §2.3.4), and
    /// nothing in them that is written with a backslash.
    var isAskable: Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253 && labels.allSatisfy { (1...63).contains($0.count) }
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }

    /// With the dot, as zone files have it.
    var absolute: String { "\(text)." }

    var description: String { text }
}

/// Of which type is a record? Those that mail needs.
enum RecordType: Int32, Sendable {
    case a = 1
    case cname = 5
    case mx = 15
    case txt = 16
    case aaaa = 28

    /// As it is written.
    var text: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        }
    }

    init?(text: String) {
        switch text {
        case "MX": self = .mx
        case "TXT": self = .txt
        case "CNAME": self = .cname
        default: return nil
        }
    }
}

/// What does a record say?
enum RecordValue: Equatable, Sendable {
    case exchange(preference: Int, host: DNSName)
    /// The character-strings of a TXT record, put together.
    case text(String)
    case alias(DNSName)
    /// Of which nothing is asked but whether it is there.
    case address

    var text: String {
        switch self {
        case .exchange(let preference, let host): "\(preference) \(host)"
        case .text(let text): text
        case .alias(let name): name.text
        case .address: "an address"
        }
    }
}

/// What does DNS answer? "There is none" is an answer; "I do not know" is told apart from it.
enum DNSAnswer: Equatable, Sendable {
    /// Records of the type that was asked for, by way of these aliases.
    case found([RecordValue], aliases: [DNSName] = [])
    /// There is no such name, or no such record of it.
    case none
    /// The resolver could not say; in its words.
    case unknown(String)

    var values: [RecordValue] {
        if case .found(let values, _) = self { values } else { [] }
    }

    /// The texts among the records.
    var texts: [String] {
        values.compactMap { value in
            if case .text(let text) = value { text } else { nil }
        }
    }
}
