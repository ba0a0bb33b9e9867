internal import HTTP

/// An SPF record (RFC 7208 §4.6).
struct SPFRecord: Equatable {
    /// A term that needs a look-up in DNS.
    enum Lookup: Equatable {
        case a(DNSName?)
        case mx(DNSName?)
        case ptr
        case exists(DNSName)
        case include(DNSName)
        case redirect(DNSName)
        /// A name that depends on the message (`%{…}`), which cannot be looked up without one.
        case macro(String)
    }

    /// The mechanisms in their order; those after `all` are never reached (§5.1).
    let mechanisms: [SPFTerm]
    /// The term that applies where no mechanism matches: `all`, or a `redirect` without `all`
    /// (§6.1).
    let end: SPFTerm?
    /// The other modifiers, such as `exp`.
    let modifiers: [SPFTerm]

    init(_ text: String) throws(SPFTerm.Fault) {
        guard PolicyText(of: text) == .spf else {
            throw SPFTerm.Fault(reason: "it does not begin with v=spf1")
        }
        var terms: [SPFTerm] = []
        for word in text.split(separator: " ").dropFirst() { terms.append(try SPFTerm(word)) }
        guard terms.count(where: { $0.isModifier && $0.name == "redirect" }) < 2 else {
            throw SPFTerm.Fault(reason: "there are two redirects")
        }
        self.init(terms)
    }

    /// The valid terms of a broken record.
    init(readable text: String) {
        self.init(
            text.split(separator: " ").compactMap { word in
                // The faults of the others were reported where the record was judged.
                try? SPFTerm(word)
            }.filter { $0.name != "v" })
    }

    private init(_ terms: [SPFTerm]) {
        let mechanisms = terms.filter { !$0.isModifier }
        self.mechanisms = Array(mechanisms.prefix { $0.name != "all" })
        let modifiers = terms.filter(\.isModifier)
        end =
            mechanisms.first { $0.name == "all" } ?? modifiers.first { $0.name == "redirect" }
        self.modifiers = modifiers.filter { $0.name != "redirect" }
    }

    var lookups: [Lookup] {
        (mechanisms + (end.map { [$0] } ?? [])).compactMap { term in
            switch term.name {
            case "ip4", "ip6", "all": nil
            case "ptr": .ptr
            case _ where term.hasMacro: .macro(term.text)
            case "a": .a(term.argument.isEmpty ? nil : term.target)
            case "mx": .mx(term.argument.isEmpty ? nil : term.target)
            case "exists": .exists(term.target)
            case "include": .include(term.target)
            default: .redirect(term.target)
            }
        }
    }
}
