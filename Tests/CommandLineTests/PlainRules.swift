import AWS

/// The rules read once more, in the plainest way and without the sources' help, to judge by.
struct PlainRules {
    private let rows: [Item]

    init(_ rows: [Item]) {
        self.rows = rows
    }

    /// In the form of `RuleFate`.
    func fate(of address: String) -> String {
        let isRole = PlainRules.isRole(address)
        for pattern in PlainRules.patterns(of: address) {
            guard let row = row(pattern), isEnabled(row) else { continue }
            let rule = "ROUTE#\(pattern)"
            let isWide = pattern == "*" || pattern.utf8.starts(with: "*@".utf8)
            switch row["action"]?.string {
            case "forward-to-gmail":
                let target = PlainRules.trimmed(row["target"]?.string ?? "")
                return PlainRules.split(target) == nil
                    ? "fail \(rule)" : "forward-to-gmail \(target) \(rule)"
            case "bounce": return isWide && isRole ? "store \(rule) role-address" : "bounce \(rule)"
            default: return "store \(rule)"
            }
        }
        return isRole ? "store role-address" : "bounce no-rule"
    }

    private func row(_ pattern: String) -> Item? {
        rows.first { ($0["PK"]?.string ?? "").utf8.elementsEqual("ROUTE#\(pattern)".utf8) }
    }

    private func isEnabled(_ row: Item) -> Bool {
        switch row["enabled"] {
        case .bool(let isEnabled): isEnabled
        case .string(let text): !["false", "False", "FALSE"].contains(text)
        default: true
        }
    }

    /// The patterns that an address is looked up under, first match first.
    static func patterns(of address: String) -> [String] {
        guard let (local, domain) = split(address) else { return [address, "*"] }
        let untagged = withoutTag(local)
        return [address, "\(local)@\(domain)"] + (untagged.map { ["\($0)@\(domain)"] } ?? [])
            + ["*@\(domain)", "*"]
    }

    private static func isRole(_ address: String) -> Bool {
        guard let (local, _) = split(address) else { return false }
        let name = withoutTag(local) ?? local
        return ["postmaster", "abuse", "dmarc", "tlsrpt", "mailer-daemon"]
            .contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Both sides of the last `@` in small letters; nil where one of them is empty.
    private static func split(_ address: String) -> (String, String)? {
        let parts = address.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
            .map { small(Array($0)) }
        guard parts.count > 1, var domain = parts.last else { return nil }
        if domain.last == 0x2E { domain.removeLast() }
        let local = Array(parts.dropLast().joined(separator: [0x40]))
        return local.isEmpty || domain.isEmpty ? nil : (text(local), text(domain))
    }

    /// nil where there is no tag.
    private static func withoutTag(_ local: String) -> String? {
        var kept: [UInt8] = []
        var rest = Array(local.utf8)[...]
        var isQuoted = false
        while let byte = rest.popFirst() {
            if byte == 0x2B && !isQuoted { return kept.isEmpty ? nil : text(kept) }
            kept.append(byte)
            if byte == 0x22 { isQuoted.toggle() }
            // In quotes a backslash takes what follows with it.
            if byte == 0x5C && isQuoted, let next = rest.popFirst() { kept.append(next) }
        }
        return nil
    }

    private static func small(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    private static func trimmed(_ target: String) -> String {
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return text(
            Array(target.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()))
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
