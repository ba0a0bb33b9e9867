internal import HTTP
internal import Process
internal import Text

/// One term of an SPF record (RFC 7208 §4.6.1): `[qualifier]name[:argument][/length]`, or
/// `name=argument`.
struct SPFTerm: Equatable {
    struct Fault: Error, Equatable {
        let reason: String
    }

    /// The term as it was written.
    let text: String
    /// `+`, `-`, `~` or `?`; `=` for a modifier.
    let qualifier: String
    /// The name in lower case: `include`, `redirect`.
    let name: String
    /// The text after the colon or the equals sign, without prefix lengths.
    let argument: String
    /// `/24//64`, without the lengths that are the default.
    private let prefix: String

    private static let lengthNames: Set<String> = ["a", "mx", "ip4", "ip6"]

    init(_ text: some StringProtocol) throws(Fault) {
        self.text = String(text)
        var rest = Array(text.utf8)[...]
        var qualifier = "+"
        if let first = rest.first, "+-~?".utf8.contains(first) {
            qualifier = String(decoding: [first], as: UTF8.self)
            rest = rest.dropFirst()
        }
        let end = rest.firstIndex { ":/=".utf8.contains($0) } ?? rest.endIndex
        name = DNSName(String(decoding: rest[..<end], as: UTF8.self)).text
        let isModifier = end < rest.endIndex && rest[end] == UInt8(ascii: "=")
        self.qualifier = isModifier ? "=" : qualifier
        let hasArgument = end < rest.endIndex && rest[end] != UInt8(ascii: "/")
        let argument = hasArgument ? rest[(end + 1)...] : []
        let tail = hasArgument ? argument : rest[end...]
        // The lengths follow the last slash outside a macro, which may contain slashes itself.
        let scope = tail.lastIndex(of: UInt8(ascii: "}")).map { tail[($0 + 1)...] } ?? tail
        let slash =
            isModifier || !SPFTerm.lengthNames.contains(name)
            ? nil : scope.firstIndex(of: UInt8(ascii: "/"))
        self.argument =
            hasArgument
            ? String(decoding: argument[..<(slash ?? argument.endIndex)], as: UTF8.self) : ""
        let lengths = slash.map { String(decoding: tail[$0...], as: UTF8.self) } ?? ""
        prefix = SPFTerm.prefix(lengths, of: name)
        try check(lengths)
    }

    var isModifier: Bool { qualifier == "=" }
    /// Whether it depends on the message (`%{…}`), and is not known without one.
    var hasMacro: Bool { argument.utf8.contains(UInt8(ascii: "%")) }
    var target: DNSName { DNSName(argument) }

    /// The meaning without the qualifier, the same for equivalent terms.
    /// - Parameter owner: the name of the record, which is the default of `a` and `mx`.
    func meaning(at owner: DNSName) -> String {
        let subject =
            switch name {
            case _ where hasMacro: argument
            case "a", "mx": argument.isEmpty ? owner.text : target.text
            case "ip4", "ip6": IPAddress(argument)?.description ?? argument
            default: target.text
            }
        return "\(name):\(subject)\(prefix)"
    }

    private func check(_ lengths: String) throws(Fault) {
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw Fault(reason: "a term has characters that are not visible ASCII")
        }
        guard !isModifier else {
            if name == "redirect" { try checkTarget() }
            return
        }
        switch name {
        case "all": return
        case "a", "mx":
            if !argument.isEmpty { try checkTarget() }
        case "ptr": return
        case "exists", "include": try checkTarget()
        case "ip4", "ip6":
            guard IPAddress(argument)?.isIPv6 == (name == "ip6") else {
                throw Fault(reason: "\(text) names no address")
            }
        default: throw Fault(reason: "the mechanism \(name.prefix(60)) is unknown")
        }
        guard lengths.isEmpty || SPFTerm.lengths(lengths, of: name) != nil else {
            throw Fault(reason: "\(text) has a wrong prefix length")
        }
    }

    private func checkTarget() throws(Fault) {
        let isName =
            target.isAskable
            && target.text.utf8.allSatisfy {
                $0.isASCIISmall || $0.isASCIIDigit || "-_.".utf8.contains($0)
            }
        guard hasMacro || isName else {
            throw Fault(reason: "\(text) names no domain")
        }
    }

    /// The lengths for IPv4 and IPv6 that are written as `/24//64`; nil if they are wrong.
    private static func lengths(_ text: String, of name: String) -> (Int?, Int?)? {
        let parts = text.dropFirst().split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        func length(_ part: String, _ limit: Int) -> Int? {
            guard part.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
            return Int(part).flatMap { (0...limit).contains($0) ? $0 : nil }
        }
        switch (name, parts.count) {
        case ("ip4", 1), ("a", 1), ("mx", 1): return length(parts[0], 32).map { ($0, nil) }
        case ("ip6", 1): return length(parts[0], 128).map { (nil, $0) }
        case ("a", 2), ("mx", 2):
            return parts[0].isEmpty ? length(parts[1], 128).map { (nil, $0) } : nil
        case ("a", 3), ("mx", 3):
            guard parts[1].isEmpty, let first = length(parts[0], 32),
                let second = length(parts[2], 128)
            else { return nil }
            return (first, second)
        default: return nil
        }
    }

    private static func prefix(_ text: String, of name: String) -> String {
        guard let (first, second) = lengths(text, of: name) else { return text }
        let four = first.flatMap { $0 == 32 ? nil : "/\($0)" } ?? ""
        return four + (second.flatMap { $0 == 128 ? nil : "//\($0)" } ?? "")
    }
}
