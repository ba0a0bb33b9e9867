internal import HTTP
internal import Mail
internal import Text

/// A TXT record of which a name may have only one.
enum PolicyText: String, CaseIterable {
    case spf = "v=spf1"
    case dmarc = "v=DMARC1"
    case mtaSTS = "v=STSv1"
    case tlsReporting = "v=TLSRPTv1"

    /// What receivers take a text for, by its version; nil for any other.
    init?(of text: String) {
        guard let kind = PolicyText.allCases.first(where: { $0.begins(text) }) else { return nil }
        self = kind
    }

    /// RFC 7208 §4.5 ignores the case, the others do not; RFC 7489 §6.4 lets blanks stand around
    /// the equals sign.
    private func begins(_ text: String) -> Bool {
        if self == .spf {
            return String(text.prefix { $0 != " " }).equalsIgnoringASCIICase(rawValue)
        }
        let version = text.prefix { $0 != ";" }
        switch self {
        case .dmarc:
            let halves = version.split(separator: "=", omittingEmptySubsequences: false)
            return halves.count == 2 && text.first.map { !$0.isWhitespace } ?? false
                && String(halves[0]).trimmingASCIIWhitespace.equalsIgnoringASCIICase("v")
                && String(halves[1]).trimmingASCIIWhitespace == "DMARC1"
        case .spf, .mtaSTS, .tlsReporting:
            return version.hasPrefix(rawValue)
                && version.dropFirst(rawValue.count).allSatisfy(\.isWhitespace)
        }
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

    /// Why receivers cannot read a text of this kind; nil where they can.
    func fault(_ text: String) -> String? {
        let tags = PolicyTags(text)
        switch self {
        case .spf:
            do {
                _ = try SPFRecord(text)
                return nil
            } catch {
                return error.reason
            }
        case _ where tags.double != nil:
            return "the tag \(tags.double ?? "") is there twice"
        case .dmarc:
            let policy = DNSName(tags["p"] ?? "").text
            return ["none", "quarantine", "reject"].contains(policy)
                ? nil : "p must be none, quarantine or reject"
        case .mtaSTS:
            let id = tags["id"] ?? ""
            let isID =
                (1...32).contains(id.utf8.count)
                && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            return isID ? nil : "id must be 1 to 32 letters and digits"
        case .tlsReporting:
            let addresses = tags.addresses("rua")
            let isList =
                !addresses.isEmpty
                && addresses.allSatisfy { $0.hasPrefix("mailto:") || $0.hasPrefix("https:") }
            return isList ? nil : "rua must name addresses that begin with mailto: or https:"
        }
    }
}
