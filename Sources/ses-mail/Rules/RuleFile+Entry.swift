internal import JSON
internal import Mail

extension RuleFile {
    /// One entry of a file. A word that is not understood is never taken for the default: a rule
    /// that was meant to be off would be on.
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
