internal import Mail
internal import Text

/// The tags of a policy: `name=value; …` (RFC 7489 §6.3, RFC 8461 §3.1, RFC 8460 §3).
struct PolicyTags {
    /// Names in lower case.
    let all: [(name: String, value: String)]

    init(_ text: String) {
        all = text.utf8.split(separator: UInt8(ascii: ";")).compactMap { part in
            let halves = Substring(part).halves(at: UInt8(ascii: "="))
            guard halves.count == 2, !halves[0].isEmpty else { return nil }
            return (DNSName(halves[0]).text, halves[1])
        }
    }

    subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    /// A tag that occurs twice, so that it is unclear which one counts.
    var double: String? {
        let counts = Dictionary(all.map { ($0.name, 1) }, uniquingKeysWith: +)
        return all.first { counts[$0.name, default: 0] > 1 }?.name
    }

    /// The addresses for reports, each in one form.
    func addresses(_ name: String) -> Set<String> {
        Set(
            (self[name] ?? "").utf8.split(separator: UInt8(ascii: ",")).map {
                PolicyTags.address(String(Substring($0)).trimmingASCIIWhitespace)
            })
    }

    /// The scheme and the domain after the last `@` do not depend on case.
    private static func address(_ text: String) -> String {
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") }
        guard scheme.endIndex < text.endIndex else { return text }
        let rest = text.utf8[scheme.endIndex...]
        let at = rest.lastIndex(of: UInt8(ascii: "@")) ?? rest.endIndex
        return DNSName(String(Substring(scheme))).text + Substring(rest[..<at])
            + DNSName(String(Substring(rest[at...]))).text
    }

    /// Every tag of DMARC that receivers use, with its default (RFC 7489 §6.3, RFC 9989 §4.7).
    private var dmarc: [String: String] {
        func folded(_ name: String, _ standard: String) -> String {
            self[name].map { DNSName($0).text } ?? standard
        }
        let policy = folded("p", "")
        let subdomains = folded("sp", policy)
        return [
            "p": policy, "sp": subdomains, "np": folded("np", subdomains),
            "adkim": folded("adkim", "r"), "aspf": folded("aspf", "r"),
            "pct": folded("pct", "100"), "ri": folded("ri", "86400"), "t": folded("t", "n"),
            "psd": folded("psd", "u"),
        ]
    }

    /// Compares the tags that receivers use; more addresses for reports do no harm.
    func comparison(with wanted: PolicyTags, _ kind: PolicyText) -> PolicyComparison {
        switch kind {
        case .spf: return .different
        case .mtaSTS: return self["id"] == wanted["id"] ? .same : .different
        case .tlsReporting: return comparison(with: wanted, addressesIn: ["rua"])
        case .dmarc:
            return dmarc == wanted.dmarc
                ? comparison(with: wanted, addressesIn: ["rua", "ruf"]) : .different
        }
    }

    private func comparison(
        with wanted: PolicyTags, addressesIn names: [String]
    ) -> PolicyComparison {
        var more: [String] = []
        for name in names {
            guard wanted.addresses(name).isSubset(of: addresses(name)) else { return .different }
            more += addresses(name).subtracting(wanted.addresses(name)).sorted()
                .map { "\(name)=\($0)" }
        }
        return more.isEmpty ? .same : .more(more)
    }
}

extension Substring {
    /// The text before the first of these bytes, and that after it if there is one, both trimmed.
    func halves(at byte: UInt8) -> [String] {
        utf8.split(separator: byte, maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(Substring($0)).trimmingASCIIWhitespace }
    }
}
