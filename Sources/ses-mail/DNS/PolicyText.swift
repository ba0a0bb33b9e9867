internal import HTTP

/// Is a TXT record one of those of which a name may have only one, and do two say the same?
enum PolicyText: String, CaseIterable {
    case spf = "v=spf1"
    case dmarc = "v=DMARC1"
    case mtaSTS = "v=STSv1"
    case tlsReporting = "v=TLSRPTv1"

    /// What a text is by its version; nil for any other.
    init?(of text: String) {
        let found = PolicyText.allCases.first { kind in
            let version = text.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            return String(decoding: version, as: UTF8.self).equalsIgnoringASCIICase(kind.rawValue)
        }
        guard let found else { return nil }
        self = found
    }

    var name: String {
        switch self {
        case .spf: "SPF"
        case .dmarc: "DMARC"
        case .mtaSTS: "MTA-STS"
        case .tlsReporting: "TLS-RPT"
        }
    }

    /// What receivers make of two of them.
    var consequenceOfTwo: String {
        switch self {
        case .spf: "a permanent error (RFC 7208 §3.2)"
        case .dmarc: "no policy (RFC 7489 §6.6.3)"
        case .mtaSTS: "no policy (RFC 8461 §3.1)"
        case .tlsReporting: "no reports (RFC 8460 §3)"
        }
    }

    /// Whether two texts of this kind say the same: spaces, and the order of tags, say nothing.
    func isSame(_ one: String, _ other: String) -> Bool {
        switch self {
        case .spf:
            one.split(separator: " ").joined(separator: " ").equalsIgnoringASCIICase(
                other.split(separator: " ").joined(separator: " "))
        case .dmarc, .mtaSTS, .tlsReporting:
            PolicyText.tags(one).sorted { $0.name < $1.name }.map { [$0.name, $0.value] }
                == PolicyText.tags(other).sorted { $0.name < $1.name }.map { [$0.name, $0.value] }
        }
    }

    /// Why receivers cannot read it; nil where they can.
    func fault(_ text: String) -> String? {
        switch self {
        case .spf:
            do {
                _ = try SPFRecord(text)
                return nil
            } catch {
                return error.reason
            }
        case .dmarc:
            let policy = PolicyText.tags(text).first { $0.name == "p" }?.value ?? ""
            let isKnown = ["none", "quarantine", "reject"].contains(policy)
            return isKnown ? nil : "p is neither none nor quarantine nor reject"
        case .mtaSTS:
            return PolicyText.tags(text).contains { $0.name == "id" } ? nil : "there is no id"
        case .tlsReporting:
            return PolicyText.tags(text).contains { $0.name == "rua" } ? nil : "there is no rua"
        }
    }

    /// `name=value; …`, names in lower case.
    static func tags(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: ";").compactMap { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.split(separator: " ").joined(separator: " ") }
            guard halves.count == 2, !halves[0].isEmpty else { return nil }
            return (DNSName(halves[0]).text, halves[1])
        }
    }
}
