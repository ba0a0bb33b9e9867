package import AWS
package import JSON
internal import Mail

/// The rules read once more, in the plainest way and without the sources' help, to judge by.
package struct PlainRules {
    private let rows: [Item]

    package init(_ rows: [Item]) {
        self.rows = rows
    }

    /// Action, destination, rule and reason, in the form of `text(of:)`.
    package func fate(of mail: PlainMail) -> String {
        let recipient = mail.recipient
        let isRole = PlainRules.isRole(recipient)
        if mail.verdicts["virus"] == "FAIL" { return "store virus" }
        let verdict = verdict(on: mail.senders)
        if verdict == "block", !isRole { return "store blocked-sender" }
        let junk = verdict == "allow" ? nil : mail.junkReason
        if let junk, mail.junkDelivery == .store { return "store \(junk)" }
        switch decider(for: recipient) {
        case .unreadable(let key): return "fail \(key)"
        case .none:
            return junk.map { "store \($0)" } ?? (isRole ? "store role-address" : "bounce no-rule")
        case .rule(let rule, let row, let isWide):
            if RandomAttributes.isWrong(row) { return "fail \(rule)" }
            return PlainFate(
                rule: rule, row: row, isWide: isWide, isRole: isRole, junk: junk, mail: mail
            ).text
        }
    }

    private enum Decider {
        case none
        case unreadable(String)
        case rule(String, Item, isWide: Bool)
    }

    private func decider(for address: String) -> Decider {
        var isListNext = true
        for pattern in PlainRules.patterns(of: address) {
            let isWide = pattern == "*" || pattern.utf8.starts(with: "*@".utf8)
            if isWide, isListNext, let (local, domain) = PlainRules.split(address) {
                isListNext = false
                switch listed(local, domain) {
                case .none: break
                case let found: return found
                }
            }
            guard let row = row("ROUTE#\(pattern)"), isEnabled(row) else { continue }
            return .rule("ROUTE#\(pattern)", row, isWide: isWide)
        }
        return .none
    }

    private func listed(_ local: String, _ domain: String) -> Decider {
        guard let row = row("PATTERNS#\(domain)") else { return .none }
        guard case .list(let list)? = row["patterns"], list.count <= 100 else {
            return .unreadable("PATTERNS#\(domain)")
        }
        var entries: [(pattern: String, row: Item)] = []
        for case .map(let entry) in list {
            guard let pattern = entry["pattern"]?.string else {
                return .unreadable("PATTERNS#\(domain)")
            }
            entries.append((pattern, entry))
        }
        func literals(_ pattern: String) -> Int {
            pattern.prefix { $0 != "@" }.count { $0 != "*" && $0 != "?" }
        }
        for name in [local, PlainRules.withoutTag(local)].compactMap({ $0 }) {
            let found = entries.filter {
                isEnabled($0.row) && PlainRules.matches(Array("\($0.pattern)"), name + "@\(domain)")
            }
            guard let most = found.map({ literals($0.pattern) }).max(),
                let first = found.first(where: { literals($0.pattern) == most })
            else { continue }
            return .rule("ROUTE#\(first.pattern)", first.row, isWide: true)
        }
        return .none
    }

    /// Letter by letter, trying each length for a `*`.
    private static func matches(_ pattern: [Character], _ text: String) -> Bool {
        let text = Array(text)
        func matches(_ p: Int, _ t: Int) -> Bool {
            if p == pattern.count { return t == text.count }
            if pattern[p] == "*" { return matches(p + 1, t) || t < text.count && matches(p, t + 1) }
            return t < text.count && (pattern[p] == "?" || pattern[p] == text[t])
                && matches(p + 1, t + 1)
        }
        return matches(0, 0)
    }

    private func verdict(on senders: [(address: String, isProved: Bool)]) -> String? {
        var found: [(verdict: String, isDomain: Bool)] = []
        for (address, isProved) in senders {
            guard let (local, domain) = PlainRules.split(address) else { continue }
            let untagged = PlainRules.withoutTag(local)
            var domains = [domain]
            while let dot = domains[domains.count - 1].firstIndex(of: "."),
                case let rest = domains[domains.count - 1][dot...].dropFirst(),
                rest.contains(".")
            {
                domains.append(String(rest))
            }
            let keys =
                [(address, 0)] + (untagged.map { [("\($0)@\(domain)", 1)] } ?? [])
                + domains.map { ("*@\($0)", 2) }
            for (key, kind) in keys {
                guard let row = row("SENDER#\(key)"), isEnabled(row),
                    let word = row["verdict"]?.string
                else { continue }
                let counts = word == "block" || word == "allow" && isProved && kind != 1
                if !counts { continue }
                found.append((word, kind == 2))
                break
            }
        }
        let isExempt = found.contains { $0.verdict == "allow" && !$0.isDomain }
        if found.contains(where: { $0.verdict == "block" && !($0.isDomain && isExempt) }) {
            return "block"
        }
        return found.contains { $0.verdict == "allow" } ? "allow" : nil
    }

    private func row(_ key: String) -> Item? {
        rows.first { ($0["PK"]?.string ?? "").utf8.elementsEqual(key.utf8) }
    }

    private func isEnabled(_ row: Item) -> Bool {
        switch row["enabled"] {
        case .bool(let isEnabled): isEnabled
        case .string(let text): !["false", "False", "FALSE"].contains(text)
        default: true
        }
    }

    /// The patterns that an address is looked up under, first match first.
    package static func patterns(of address: String) -> [String] {
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
    static func split(_ address: String) -> (String, String)? {
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

    static func trimmed(_ target: String) -> String {
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return text(
            Array(target.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()))
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension PlainRules {
    /// The targets of a decision, in the order of their actions.
    package static func text(of actions: JSONValue, _ recipient: String? = nil) -> String {
        ["forward-to-gmail", "store", "bounce"].flatMap { action in
            (actions[action]?["targets"]?.array ?? []).filter {
                recipient == nil || $0["target"]?.string == recipient
            }.map { target in
                let isJunk = target["junk"] == true
                let labels = target["labelIds"]?.array?.compactMap(\.string)
                let shown = labels.map { "[\($0.joined(separator: ","))]" }
                return [
                    action, target["destination"]?.string, target["rule"]?.string,
                    target["reason"]?.string, isJunk ? "junk" : shown,
                    target["neverMarkSpam"] == true ? "never-spam" : nil,
                    target["calendar"] == true ? "calendar" : nil,
                ].compactMap { $0 }.joined(separator: " ")
            }
        }.joined(separator: "; ")
    }
}
