internal import HTTP

/// What does an SPF record say, as far as look-ups go (RFC 7208 §4.6)?
struct SPFRecord: Equatable {
    /// A term that makes who reads it ask DNS.
    enum Lookup: Equatable {
        case a(DNSName?)
        case mx(DNSName?)
        case ptr
        case exists
        case include(DNSName)
        case redirect(DNSName)
        /// `include` or `redirect` of a name that is made of the mail (`%{…}`): it cannot be
        /// followed without one.
        case macro(String)
    }

    struct Fault: Error, Equatable {
        let reason: String
    }

    /// In their order; what stands behind `all` is never reached, and a `redirect` beside it never
    /// followed (§5.1, §6.1).
    let lookups: [Lookup]

    init(_ text: String) throws(Fault) {
        var terms = text.split(separator: " ")[...]
        guard terms.popFirst().map({ String($0).equalsIgnoringASCIICase("v=spf1") }) == true else {
            throw Fault(reason: "it does not begin with v=spf1")
        }
        var lookups: [Lookup] = []
        var redirect: Lookup?
        var hasAll = false
        for term in terms {
            let parts = Parts(term)
            if parts.isModifier {
                guard parts.name == "redirect" else { continue }
                guard redirect == nil else { throw Fault(reason: "there are two redirects") }
                redirect = try SPFRecord.following(parts)
            } else if parts.name == "all" {
                hasAll = true
            } else if let lookup = try SPFRecord.mechanism(parts), !hasAll {
                lookups.append(lookup)
            }
        }
        if let redirect, !hasAll { lookups.append(redirect) }
        self.lookups = lookups
    }

    private static func mechanism(_ parts: Parts) throws(Fault) -> Lookup? {
        switch parts.name {
        case "a": return .a(try name(parts))
        case "mx": return .mx(try name(parts))
        case "ptr": return .ptr
        case "exists": return .exists
        case "include": return try following(parts)
        case "ip4", "ip6":
            guard !parts.argument.isEmpty else { throw Fault(reason: "\(parts.name) of nothing") }
            return nil
        default: throw Fault(reason: "a mechanism that is unknown: \(parts.name)")
        }
    }

    private static func following(_ parts: Parts) throws(Fault) -> Lookup {
        if parts.argument.utf8.contains(UInt8(ascii: "%")) { return .macro(parts.argument) }
        let name = DNSName(parts.argument)
        guard name.isAskable else { throw Fault(reason: "\(parts.name) of no name") }
        return parts.isModifier ? .redirect(name) : .include(name)
    }

    /// nil where it is the record's own, or not known without a mail.
    private static func name(_ parts: Parts) throws(Fault) -> DNSName? {
        if parts.argument.isEmpty || parts.argument.utf8.contains(UInt8(ascii: "%")) { return nil }
        let name = DNSName(parts.argument)
        guard name.isAskable else { throw Fault(reason: "\(parts.name) of no name") }
        return name
    }

    /// `[qualifier]name[:argument][/length]`, or `name=argument` (§4.6.1).
    private struct Parts {
        let name: String
        let argument: String
        let isModifier: Bool

        init(_ term: Substring) {
            var rest = Array(term.utf8)[...]
            if let first = rest.first, "+-~?".utf8.contains(first) { rest = rest.dropFirst() }
            let end =
                rest.firstIndex { ":/=".utf8.contains($0) } ?? rest.endIndex
            name = DNSName(String(decoding: rest[..<end], as: UTF8.self)).text
            isModifier = end < rest.endIndex && rest[end] == UInt8(ascii: "=")
            let hasArgument = end < rest.endIndex && rest[end] != UInt8(ascii: "/")
            var argument = hasArgument ? rest[(end + 1)...] : []
            // The prefix length of `a` and `mx`; an address of `ip4` has one too, and is not read.
            if !isModifier, let slash = argument.firstIndex(of: UInt8(ascii: "/")) {
                argument = argument[..<slash]
            }
            self.argument = String(decoding: argument, as: UTF8.self)
        }
    }
}
