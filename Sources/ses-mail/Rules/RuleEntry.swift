internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// An entry of the rules as files have it: a rule for recipients, or a verdict on a sender.
enum RuleEntry: Equatable {
    case rule(RulePattern, RoutingRule)
    case sender(SenderPattern, SenderVerdict)

    /// The first member of the entry in a file, which names whom it is for.
    private var subject: JSONValue.Member {
        switch self {
        case .rule(let pattern, _): .init("recipient", .string(pattern.text))
        case .sender(let pattern, _): .init("sender", .string(pattern.text))
        }
    }

    /// The name for people.
    var name: String {
        switch self {
        case .rule(let pattern, _): pattern.text
        case .sender(let pattern, _): "from \(pattern.text)"
        }
    }

    /// The attributes that say the entry.
    var attributes: JSONValue {
        switch self {
        case .rule(_, let rule): rule.attributes
        case .sender(_, let verdict): verdict.attributes
        }
    }

    var members: [JSONValue.Member] { attributes.members ?? [] }

    /// The entry in a file.
    var json: JSONValue { .object([subject] + members) }

    /// The names of all attributes that such an entry may have.
    var attributeNames: [String] {
        switch self {
        case .rule: RoutingRule.attributeNames
        case .sender: SenderVerdict.attributeNames
        }
    }

    /// The attributes that the row has in any case, empty where the entry does not say them.
    private var usualNames: [String] {
        switch self {
        case .rule(let pattern, _): pattern.listDomain == nil ? ["target", "description"] : []
        case .sender: ["description"]
        }
    }

    /// The attribute as the table has it; nil where it has none.
    func attribute(_ name: String) -> JSONValue? {
        attributes[name] ?? (usualNames.contains(name) ? "" : nil)
    }

    /// The attributes that the row cannot have as they are.
    var problems: [RoutingRule.Problem] {
        if case .rule(_, let rule) = self { rule.problems } else { [] }
    }

    /// The domain in whose list of patterns the entry stands; nil where it has a row of its own.
    var listDomain: String? {
        if case .rule(let pattern, _) = self { pattern.listDomain } else { nil }
    }

    var standsInList: Bool { listDomain != nil }

    /// The key of the row in which the entry stands.
    var rowKey: Item {
        switch self {
        case .rule(let pattern, _): pattern.rowKey
        case .sender(let pattern, _): RuleRow.key(pattern.key)
        }
    }

    /// The attributes that every such row has, and that do not change.
    var identity: Item {
        let member = subject
        let isRule = if case .rule = self { true } else { false }
        return [
            "entity_type": .string(isRule ? "ROUTE" : "SENDER"),
            member.name: AttributeValue(plain: member.value),
        ]
    }

    /// `forward-to-gmail me@gmail.com, keep, until 2027-01-31T00:00:00Z, disabled`
    var text: String {
        switch self {
        case .rule(_, let rule): RuleEntry.text(of: rule)
        case .sender(_, let verdict):
            verdict.kind.rawValue + (verdict.isEnabled ? "" : ", disabled")
        }
    }

    static func text(of rule: RoutingRule) -> String {
        let action = ([rule.action.text] + rule.destinations).filter { !$0.isEmpty }
        return
            ([action.joined(separator: " ")] + rule.options
            + (rule.isEnabled ? [] : ["disabled"])).joined(separator: ", ")
    }

    var description: String {
        get { attributes["description"]?.string ?? "" }
        set {
            switch self {
            case .rule(let pattern, var rule):
                rule.description = newValue
                self = .rule(pattern, rule)
            case .sender(let pattern, var verdict):
                verdict.description = newValue
                self = .sender(pattern, verdict)
            }
        }
    }

    /// The text, and the description where there is one.
    var detail: String { description.isEmpty ? text : "\(text) \"\(description)\"" }

    static func == (left: RuleEntry, right: RuleEntry) -> Bool {
        left.json == right.json && left.problems == right.problems
    }
}

extension RoutingRule {
    /// What the rule says besides its action, in the words of the options of `rules set`.
    var options: [String] {
        let shown = (attributes.members ?? []).filter {
            !["action", "target", "targets", "enabled", "description"].contains($0.name)
        }
        return shown.map { member in
            switch (member.name, member.value) {
            case ("inbox", _): "archive"
            case ("unread", _): "read"
            case ("labels", .object(let mailboxes)):
                mailboxes.map { "label \($0.value.cell) for \($0.name)" }.joined(separator: ", ")
            case (let name, .bool): name.words
            case (let name, let value): "\(name.words) \(value.cell)"
            }
        }
    }
}

extension String {
    /// The name of an attribute as words.
    fileprivate var words: String { String(map { $0 == "_" ? " " : $0 }) }
}

/// The texts that a description may not have.
enum RuleDescription {
    /// The fault of an operator's description; nil if it has none.
    ///
    /// QUIRK: a deployment of the older shape has the description in its routing log. EventBridge
    /// copies it there unescaped, so a character that JSON escapes makes the line unreadable
    /// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
    static func problem(_ text: String) -> String? {
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "holds a line break or another control character; write it on one line"
        }
        if text.utf8.contains(UInt8(ascii: "\"")) { return "holds a \"; write ' instead" }
        if text.utf8.contains(UInt8(ascii: "\\")) { return "holds a \\; write / or ' instead" }
        return nil
    }

    /// The text on one line, without the characters that JSON would escape.
    static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": plain.append("'")
            case "\\": plain.append("/")
            case _ where scalar.properties.generalCategory == .control: plain.append(" ")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }
}

/// An action in the words of the commands; `store` and `bounce` are the table's own.
enum RuleAction: String, ExpressibleByArgument, CaseIterable {
    case forward
    case bounce
    case store

    var action: RoutingRule.Action {
        switch self {
        case .forward: .forwardToGmail
        case .bounce: .bounce
        case .store: .store
        }
    }
}
