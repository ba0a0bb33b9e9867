internal import JSON
internal import Mail

/// What does a file of rules say? A JSON array, one rule a line, in the order of the addresses, so
/// that a change is one line of a version control's difference.
struct RuleFile {
    struct Entry: Equatable {
        let pattern: RulePattern
        let content: RuleContent
    }

    let entries: [Entry]

    static func text(of rows: [RuleRow]) -> String {
        let lines = rows.map { row in
            let members = [JSONValue.Member("recipient", .string(row.pattern))]
            let line = JSONValue.object(members + row.content.members)
            return "  " + String(decoding: line.bytes, as: UTF8.self)
        }
        return lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n]"
    }

    /// - Throws: `Failure` that names the first rule that is wrong.
    init(_ bytes: [UInt8], named name: String) throws {
        let rules: [JSONValue]
        do {
            rules = try JSONValue(parsing: bytes).array ?? []
            guard !rules.isEmpty || bytes.contains(UInt8(ascii: "[")) else {
                throw Failure(.failed, "\(name) holds no list of rules; nothing was changed.")
            }
        } catch let error as JSONError {
            throw Failure(.failed, "\(name) is \(error); nothing was changed.")
        }
        var entries: [Entry] = []
        for (index, rule) in rules.enumerated() {
            func wrong(_ words: String) -> Failure {
                Failure(.failed, "\(name), rule \(index + 1): \(words); nothing was changed.")
            }
            guard let recipient = rule["recipient"]?.string,
                let pattern = RulePattern(recipient)
            else { throw wrong("recipient is no address, *@domain or *") }
            guard !entries.contains(where: { $0.pattern == pattern }) else {
                throw wrong("there are two rules for \(pattern)")
            }
            guard let action = rule["action"]?.string,
                RuleAction.allCases.contains(where: { $0.attribute == action })
            else { throw wrong("action is none of forward-to-gmail, bounce and store") }
            let target = rule["target"]?.string ?? ""
            let isForward = action == RuleAction.forward.attribute
            guard isForward ? EmailAddress(strict: target) != nil : target.isEmpty else {
                throw wrong(isForward ? "target is no mail address" : "\(action) takes no target")
            }
            entries.append(
                Entry(
                    pattern: pattern,
                    content: RuleContent(
                        action: action, target: target,
                        isEnabled: rule["enabled"]?.bool ?? true,
                        description: rule["description"]?.string ?? "")))
        }
        self.entries = entries
    }

    /// What must be written so that the table says what the file says.
    /// - Parameter prunes: whether a rule that the file does not have goes.
    func changes(from rows: [RuleRow], prunes: Bool) -> [RuleChange] {
        let changes = entries.compactMap { entry in
            let old = rows.first {
                $0.sk == "RULE#v1" && RuleRow.hasSameKey($0.pk, entry.pattern.pk)
            }
            return RuleChange(entry.pattern, from: old, to: entry.content)
        }
        guard prunes else { return changes }
        let gone = rows.filter { row in
            row.sk == "RULE#v1"
                && !entries.contains { RuleRow.hasSameKey($0.pattern.pk, row.pk) }
        }
        return changes + gone.map { .remove($0) }
    }
}
