internal import JSON
internal import Mail

/// A file of rules: a JSON array, one entry a line, so that a change is one line of a version
/// control's difference. A rule has a `recipient`, which may be a pattern, and a verdict on a
/// sender has a `sender`; both have the attributes of a row.
struct RuleFile {
    let entries: [RuleEntry]

    /// - Throws: `Failure` that names the first entry that is wrong.
    init(_ bytes: [UInt8], named name: String) throws {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.failed, "\(name) is \(error); nothing was changed.")
        }
        guard let rules = document.array else {
            throw Failure(.failed, "\(name) holds no list of rules; nothing was changed.")
        }
        var entries: [RuleEntry] = []
        var seen: Set<RoutingKey> = []
        for (index, rule) in rules.enumerated() {
            func wrong(_ words: String) -> Failure {
                Failure(.failed, "\(name), rule \(index + 1)\(words); nothing was changed.")
            }
            let entry: RuleEntry
            do {
                entry = try RuleEntry(rule)
            } catch {
                let subject = (rule["recipient"] ?? rule["sender"])?.string.map { " (\($0))" }
                throw wrong("\(subject ?? ""): \(error.words)")
            }
            guard seen.insert(entry.fileKey).inserted else {
                throw wrong(": there are two rules for \(entry.name)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// The changes that make the table equal to the file.
    /// - Parameter prunes: whether to delete the entries that the file does not have.
    func changes(from rules: StoredRules, prunes: Bool) -> [RuleChange] {
        RuleChange.all(from: rules, to: entries, prunes: prunes)
    }
}

extension RuleEntry {
    /// Compared as bytes: the key of a row of its own, or of what a decision names.
    var fileKey: RoutingKey {
        switch self {
        case .rule(let pattern, _): pattern.key
        case .sender(let pattern, _): RoutingKey(pk: pattern.key)
        }
    }

    /// The reason why an entry of a file is not valid.
    struct Fault: Error {
        let words: String

        init(_ words: String) { self.words = words }
    }

    /// Reads an entry of a file. A value that is not understood is an error, and never the default:
    /// a rule that was meant to be disabled would be enabled.
    init(_ entry: JSONValue) throws(Fault) {
        guard let members = entry.members else { throw Fault("it is not an object") }
        let isSender = entry["sender"] != nil && entry["recipient"] == nil
        let names =
            isSender
            ? ["sender"] + SenderVerdict.attributeNames
            : ["recipient"] + RoutingRule.attributeNames
        for member in members {
            guard names.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) else {
                throw Fault("\(member.name) is not a member of a \(isSender ? "sender" : "rule")")
            }
            guard members.filter({ $0.name == member.name }).count == 1 else {
                throw Fault("\(member.name) is given twice")
            }
        }
        guard (entry["enabled"] ?? true).bool != nil else {
            throw Fault("enabled is neither true nor false, without quotes")
        }
        if let problem = RuleDescription.problem(try Self.text("description", in: entry)) {
            throw Fault("description \(problem)")
        }
        self = isSender ? try Self.sender(entry) : try Self.rule(entry)
    }

    private static func sender(_ entry: JSONValue) throws(Fault) -> RuleEntry {
        guard let pattern = entry["sender"]?.string.flatMap({ SenderPattern($0) }) else {
            throw Fault("sender is neither an address nor *@domain")
        }
        guard let verdict = SenderVerdict(entry) else {
            throw Fault("verdict must be block or allow")
        }
        return .sender(pattern, verdict)
    }

    private static func rule(_ entry: JSONValue) throws(Fault) -> RuleEntry {
        guard let pattern = entry["recipient"]?.string.flatMap(RulePattern.init) else {
            throw Fault("recipient is not an address, *@domain, * or a pattern such as a-*@domain")
        }
        let action = RoutingRule.Action(entry["action"]?.string ?? "")
        if case .unknown = action {
            throw Fault("action must be forward-to-gmail, bounce or store")
        }
        let target = try text("target", in: entry)
        let isForward = action == .forwardToGmail
        guard isForward || target.isEmpty && (entry["targets"]?.array ?? []).isEmpty else {
            throw Fault("\(action.text) takes no target")
        }
        let rule = RoutingRule(pk: pattern.pk, attributes: entry)
        if let problem = rule.problems.first { throw Fault("\(problem)") }
        guard !isForward || rule.hasMailboxes else {
            throw Fault("target is not a mail address")
        }
        return .rule(pattern, rule)
    }

    private static func text(_ name: String, in entry: JSONValue) throws(Fault) -> String {
        guard let text = (entry[name] ?? "").string else { throw Fault("\(name) is not a text") }
        return text
    }
}

extension RoutingRule {
    /// Whether there are destinations, all of which can be written to.
    var hasMailboxes: Bool {
        !destinations.isEmpty && destinations.allSatisfy { EmailAddress(strict: $0) != nil }
    }
}
