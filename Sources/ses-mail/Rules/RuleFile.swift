internal import JSON
internal import Mail

/// A file of rules: a JSON array, one rule a line, in the order of the addresses, so that a change
/// is one line of a version control's difference.
struct RuleFile {
    let entries: [Entry]

    /// - Throws: `Failure` that names the first rule that is wrong.
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
        var entries: [Entry] = []
        var seen: Set<RoutingKey> = []
        for (index, rule) in rules.enumerated() {
            func wrong(_ words: String) -> Failure {
                Failure(.failed, "\(name), rule \(index + 1)\(words); nothing was changed.")
            }
            let entry: Entry
            do {
                entry = try Entry(rule)
            } catch {
                let recipient = rule["recipient"]?.string.map { " (\($0))" } ?? ""
                throw wrong("\(recipient): \(error.words)")
            }
            guard seen.insert(entry.pattern.key).inserted else {
                throw wrong(": there are two rules for \(entry.pattern)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// The changes that make the table equal to the file.
    /// - Parameter prunes: whether to delete the rules that the file does not have.
    func changes(from rows: [RuleRow], prunes: Bool) -> [RuleChange] {
        let rows = rows.filter { $0.sk == RuleRow.sortKey }
        let old = Dictionary(
            rows.map { ($0.routingKey, $0) }, uniquingKeysWith: { first, _ in first })
        let changes = entries.compactMap { entry in
            RuleChange(entry.pattern, from: old[entry.pattern.key], to: entry.content)
        }
        guard prunes else { return changes }
        let kept = Set(entries.map(\.pattern.key))
        return changes + rows.filter { !kept.contains($0.routingKey) }.map { .remove($0) }
    }
}

extension RuleFile {
    /// The rule of one pattern in a file. A value that is not understood is an error, and never the
    /// default: a rule that was meant to be disabled would be enabled.
    struct Entry: Equatable {
        let pattern: RulePattern
        let content: RuleContent
    }

    /// The reason why an entry is not a rule.
    struct EntryError: Error {
        let words: String

        init(_ words: String) { self.words = words }
    }
}

extension RuleFile.Entry {
    private static let names = ["recipient", "action", "target", "enabled", "description"]

    init(_ rule: JSONValue) throws(RuleFile.EntryError) {
        guard let members = rule.members else { throw .init("it is not an object") }
        for member in members {
            guard Self.names.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) else {
                throw .init("\(member.name) is not a member of a rule")
            }
            guard members.filter({ $0.name == member.name }).count == 1 else {
                throw .init("\(member.name) is given twice")
            }
        }
        guard let recipient = rule["recipient"]?.string, let pattern = RulePattern(recipient) else {
            throw .init("recipient is not an address, *@domain or *")
        }
        guard let action = rule["action"]?.string,
            RuleAction.allCases.contains(where: { $0.attribute == action })
        else { throw .init("action must be forward-to-gmail, bounce or store") }
        let isForward = action == RuleAction.forward.attribute
        let target = try Self.text("target", in: rule)
        guard isForward ? EmailAddress(strict: target) != nil : target.isEmpty else {
            throw .init(isForward ? "target is not a mail address" : "\(action) takes no target")
        }
        let enabled = rule["enabled"] ?? true
        guard let isEnabled = enabled.bool else {
            throw .init("enabled is neither true nor false, without quotes")
        }
        let description = try Self.text("description", in: rule)
        if let problem = RuleContent.problem(ofDescription: description) {
            throw .init("description \(problem)")
        }
        self.pattern = pattern
        content = RuleContent(
            action: action, target: target, isEnabled: isEnabled, description: description)
    }

    private static func text(_ name: String, in rule: JSONValue)
        throws(RuleFile.EntryError) -> String
    {
        let value = rule[name] ?? ""
        guard let text = value.string else { throw .init("\(name) is not a text") }
        return text
    }
}
