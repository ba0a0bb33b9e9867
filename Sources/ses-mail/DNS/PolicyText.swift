internal import HTTP
internal import Mail
internal import Text

/// A kind of TXT record of which a name may have only one.
enum PolicyText: String, CaseIterable {
    case spf = "v=spf1"
    case dmarc = "v=DMARC1"
    case mtaSTS = "v=STSv1"
    case tlsReporting = "v=TLSRPTv1"

    /// The kind that receivers take a text for, by its version; nil for any other text.
    init?(of text: String) {
        guard let kind = PolicyText.allCases.first(where: { $0.begins(text) }) else { return nil }
        self = kind
    }

    /// RFC 7208 §4.5 ignores case, the others do not; RFC 7489 §6.4 allows blanks around the equals
    /// sign. Bytes are compared, as receivers do: a blank before a combining mark is one character.
    private func begins(_ text: String) -> Bool {
        let end = UInt8(ascii: self == .spf ? " " : ";")
        let version = Substring(text.utf8.prefix { $0 != end })
        switch self {
        case .spf: return String(version).equalsIgnoringASCIICase(rawValue)
        case .dmarc:
            let halves = version.halves(at: UInt8(ascii: "="))
            return halves.count == 2 && text.utf8.first.map { !$0.isASCIIWhitespace } ?? false
                && halves[0].equalsIgnoringASCIICase("v") && halves[1] == "DMARC1"
        case .mtaSTS, .tlsReporting:
            return version.utf8.starts(with: rawValue.utf8)
                && version.utf8.dropFirst(rawValue.utf8.count).allSatisfy(\.isASCIIWhitespace)
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

    /// The consequence of two of them.
    var consequenceOfTwo: String {
        switch self {
        case .spf: "a permanent error (RFC 7208 §3.2)"
        case .dmarc: "no policy (RFC 7489 §6.6.3)"
        case .mtaSTS: "no policy (RFC 8461 §3.1)"
        case .tlsReporting: "no reports (RFC 8460 §3)"
        }
    }

    /// The reason why receivers cannot read a text of this kind; nil if they can.
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
                && addresses.allSatisfy { address in
                    ["mailto:", "https:"].contains { address.utf8.starts(with: $0.utf8) }
                }
            return isList ? nil : "rua must name addresses that begin with mailto: or https:"
        }
    }
}

/// A text that is meant as a policy, but that receivers do not recognize.
struct NearPolicy: Equatable {
    let kind: PolicyText
    /// The fault.
    let flaw: String
    /// The policy that was probably meant.
    let repaired: String

    /// Quotation marks of all kinds, which people paste from web pages.
    private static let marks = "\"'`“”„‘’«»"

    /// nil for a policy, and for a text that resembles none.
    init?(_ text: String) {
        guard PolicyText(of: text) == nil else { return nil }
        var bare = text.filter { !NearPolicy.marks.contains($0) && $0 != "\\" }
        bare = String(bare.drop { $0.isWhitespace || $0 == "\u{FEFF}" })
        let found = PolicyText.allCases.lazy.compactMap { kind in
            NearPolicy.version(of: kind, in: bare).map { (kind, $0) }
        }.first
        guard let (kind, range) = found else { return nil }
        self.kind = kind
        let rest = bare[range.upperBound...]
        let isFirst = range.lowerBound == bare.startIndex
        flaw =
            switch true {
            case text.contains(where: NearPolicy.marks.contains):
                "the quotation marks are part of the text"
            case text.contains("\\"): "the backslashes are part of the text"
            case isFirst && text.first != bare.first: "it begins with a blank"
            case !isFirst: "it does not begin with \(kind.rawValue)"
            case !NearPolicy.isApart(rest, kind):
                "\(kind.rawValue) runs into what follows"
            default: "it must begin with \(kind.rawValue), in these letters"
            }
        let separator = kind == .spf ? " " : "; "
        let terms = rest.drop { $0 == ";" || $0.isWhitespace }
        repaired = kind.rawValue + (terms.isEmpty ? "" : separator + terms)
    }

    /// Whether the text after the version is separated from it.
    private static func isApart(_ rest: Substring, _ kind: PolicyText) -> Bool {
        guard !rest.isEmpty else { return true }
        return kind == .spf
            ? rest.utf8.first == UInt8(ascii: " ") : rest.drop(while: \.isWhitespace).first == ";"
    }

    /// Where `v=spf1` or `spf1` stands, in any case and with blanks around the equals sign.
    private static func version(of kind: PolicyText, in text: String) -> Range<String.Index>? {
        let word = Array(String(kind.rawValue.dropFirst(2)).asciiLowercased)
        var start = text.startIndex
        while start < text.endIndex {
            defer { start = text.index(after: start) }
            guard let end = text.index(start, offsetBy: word.count, limitedBy: text.endIndex),
                Array(String(text[start..<end]).asciiLowercased) == word,
                // Not spf10, and not spf1.example.
                end == text.endIndex || !(text[end].isNumber || text[end] == ".")
            else { continue }
            let before = text[..<start].reversed().drop(while: \.isWhitespace)
            if before.isEmpty { return start..<end }
            guard before.first == "=" else { continue }
            let letters = before.dropFirst().drop(while: \.isWhitespace)
            guard letters.first == "v" || letters.first == "V" else { continue }
            let first = text.index(before: letters.startIndex.base)
            let isWord = first == text.startIndex || !text[text.index(before: first)].isLetter
            if isWord { return first..<end }
        }
        return nil
    }
}
