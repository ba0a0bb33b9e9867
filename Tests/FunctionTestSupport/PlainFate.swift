internal import AWS
internal import JSON
internal import Mail

/// What one readable rule makes of a mail, in the plainest way.
struct PlainFate {
    let rule: String
    let row: Item
    let isWide: Bool
    let isRole: Bool
    /// Why the mail is junk; nil where it is not.
    let junk: String?
    let mail: PlainMail

    var text: String {
        if let until = row["until"]?.string, hasEnded(until) {
            return row["then"]?.string == "store" ? store("ended") : bounce("ended")
        }
        guard isAccepted else {
            switch row["otherwise"]?.string {
            case "bounce": return bounce("sender-not-listed")
            case "junk" where mail.junkDelivery == .gmailSpam && isForward:
                return forward(isJunk: true) { store("sender-not-listed") }
            default: return store("sender-not-listed")
            }
        }
        switch row["action"]?.string {
        case "forward-to-gmail":
            if junk != nil { return forward(isJunk: true) { store("") } }
            return forward(isJunk: false) { row["keep"] == .bool(true) ? store("keep") : nil }
        case "bounce": return bounce("", isNamed: !isWide)
        default: return store("")
        }
    }

    private var isForward: Bool { row["action"]?.string == "forward-to-gmail" }

    private func hasEnded(_ until: String) -> Bool {
        until.prefix(19) <= PlainMail.timestamp.prefix(19)
    }

    private func store(_ reason: String) -> String {
        ["store", rule, junk ?? reason].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func bounce(_ reason: String, isNamed: Bool = false) -> String {
        if junk != nil { return store(reason) }
        if isRole, !isNamed { return "store \(rule) role-address" }
        return ["bounce", rule, reason].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func forward(isJunk: Bool, _ store: () -> String?) -> String {
        let own = PlainRules.trimmed(row["target"]?.string ?? "")
        var mailboxes: [String] = []
        for mailbox in (own.isEmpty ? [] : [own]) + texts("targets").map(PlainRules.trimmed)
        where !mailboxes.contains(where: { $0.lowercased() == mailbox.lowercased() }) {
            mailboxes.append(mailbox)
        }
        if mailboxes.isEmpty || mailboxes.contains(where: { PlainRules.split($0) == nil }) {
            return "fail \(rule)"
        }
        return
            (mailboxes.map { "forward-to-gmail \($0) \(rule)\(isJunk ? " junk" : placed($0))" }
            + [store()].compactMap { $0 }).joined(separator: "; ")
    }

    private func placed(_ mailbox: String) -> String {
        func flag(_ name: String, _ usual: Bool) -> Bool { row[name]?.bool ?? usual }
        var labels: [String] = []
        if flag("inbox", true) { labels.append("INBOX") }
        if flag("unread", true) { labels.append("UNREAD") }
        if flag("star", false) { labels.append("STARRED") }
        if case .map(let map)? = row["labels"] {
            for (name, ids) in map where name.lowercased() == mailbox.lowercased() {
                labels += PlainFate.texts(ids)
            }
        }
        var text = labels == ["INBOX", "UNREAD"] ? "" : " [\(labels.joined(separator: ","))]"
        if flag("never_spam", false) { text += " never-spam" }
        let isProved = mail.from != nil && mail.verdicts["dmarc"] == "PASS"
        return flag("calendar", false) && isProved ? text + " calendar" : text
    }

    private var isAccepted: Bool {
        let not = texts("not_from")
        let isOut = mail.senders.contains { sender in
            not.contains { PlainFate.covers($0, sender.address, withTags: true) }
        }
        if isOut { return false }
        guard row["only_from"] != nil else { return true }
        let only = texts("only_from")
        return mail.senders.contains { sender in
            sender.isProved
                && only.contains { PlainFate.covers($0, sender.address, withTags: false) }
        }
    }

    private static func covers(_ pattern: String, _ address: String, withTags: Bool) -> Bool {
        guard let (local, domain) = PlainRules.split(address) else { return false }
        if pattern.hasPrefix("*@") {
            return domain == pattern.dropFirst(2) || domain.hasSuffix(".\(pattern.dropFirst(2))")
        }
        let untagged = "\(local.prefix { $0 != "+" })@\(domain)"
        return pattern == address || withTags && pattern == untagged
    }

    private func texts(_ name: String) -> [String] { row[name].map(PlainFate.texts) ?? [] }

    private static func texts(_ value: AttributeValue) -> [String] {
        switch value {
        case .list(let values): values.compactMap(\.string)
        case .stringSet(let texts): texts
        default: []
        }
    }
}
