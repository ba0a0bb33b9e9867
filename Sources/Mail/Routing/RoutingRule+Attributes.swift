package import JSON
internal import Text

/// The attributes of a row of the table as plain JSON: a set of texts is a list. Attributes that
/// are not known are ignored.
extension RoutingRule {
    /// The names of all attributes that a rule may have.
    package static let attributeNames = [
        "action", "target", "targets", "keep", "labels", "inbox", "unread", "star", "never_spam",
        "calendar", "until", "then", "only_from", "not_from", "otherwise", "enabled",
        "description",
    ]

    /// Reads a row. One without a readable `enabled` is enabled, an `action` that is not a text is
    /// an unknown one, and a `description` that is empty or not a text is none.
    package init(pk: String, attributes: JSONValue) {
        var reader = AttributeReader(attributes)
        self.init(
            pk: pk, action: Action(attributes["action"]?.string ?? ""),
            isEnabled: attributes["enabled"]?.asBool ?? true,
            description: attributes["description"]?.string.flatMap { $0.isEmpty ? nil : $0 })
        let targets =
            [attributes["target"]?.string ?? ""].filter { !$0.isEmpty }
            + (reader.texts("targets") ?? [])
        if action == .forwardToGmail {
            if attributes["target"].map({ $0.string == nil }) == true {
                reader.problem("target", "is not a text")
            }
            destinations = RoutingRule.distinctMailboxes(targets)
        }
        keepsCopy = reader.bool("keep", absent: false)
        labelIDs = reader.labels()
        inGmail.isInInbox = reader.bool("inbox", absent: true)
        inGmail.isUnread = reader.bool("unread", absent: true)
        inGmail.isStarred = reader.bool("star", absent: false)
        inGmail.isNeverSpam = reader.bool("never_spam", absent: false)
        inGmail.isInCalendar = reader.bool("calendar", absent: false)
        end = reader.end()
        senders = reader.senderCondition()
        if destinations.count > RoutingRule.maximumDestinations {
            reader.problem("targets", "has more than \(RoutingRule.maximumDestinations) mailboxes")
        }
        if targetBytes > RoutingRule.maximumTargetBytes {
            reader.problem(
                "targets",
                "has, with its labels, more than \(RoutingRule.maximumTargetBytes) bytes")
        }
        problems = reader.problems
    }

    /// The attributes that express this rule, without those whose value is the default.
    package var attributes: JSONValue {
        var members = [JSONValue.Member("action", .string(action.text))]
        func add(_ name: String, _ value: JSONValue, unless isUsual: Bool) {
            if !isUsual { members.append(.init(name, value)) }
        }
        func add(_ name: String, _ value: Bool, usual: Bool) {
            add(name, .bool(value), unless: value == usual)
        }
        if destinations.count == 1 {
            add("target", .string(destinations[0]), unless: false)
        } else {
            add("targets", .texts(destinations), unless: destinations.isEmpty)
        }
        add("keep", keepsCopy, usual: false)
        let labels = labelIDs.sorted { $0.key < $1.key }
            .map { JSONValue.Member($0.key, .texts($0.value)) }
        add("labels", .object(labels), unless: labels.isEmpty)
        add("inbox", inGmail.isInInbox, usual: true)
        add("unread", inGmail.isUnread, usual: true)
        add("star", inGmail.isStarred, usual: false)
        add("never_spam", inGmail.isNeverSpam, usual: false)
        add("calendar", inGmail.isInCalendar, usual: false)
        if let end {
            add("until", .string(end.text), unless: false)
            add("then", .string(end.then.rawValue), unless: end.then == .bounce)
        }
        if let senders {
            if let only = senders.only { add("only_from", .texts(only.map(\.text)), unless: false) }
            add("not_from", .texts(senders.not.map(\.text)), unless: senders.not.isEmpty)
            add(
                "otherwise", .string(senders.otherwise.rawValue),
                unless: senders.otherwise == .store)
        }
        add("enabled", .bool(isEnabled), unless: false)
        if let description { add("description", .string(description), unless: false) }
        return .object(members)
    }

    /// Whether a rule may give the label with that id: `SPAM` or `TRASH` would hide the mail.
    package static func isLabelID(_ id: String) -> Bool {
        let isPlain = id.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0.isASCIIAlphanumeric
        }
        return isPlain
            && (id == "IMPORTANT" || id.hasPrefix("Label_") || id.hasPrefix("CATEGORY_"))
    }

    /// Each mailbox once, in its first spelling.
    private static func distinctMailboxes(_ destinations: [String]) -> [String] {
        var seen: Set<RoutingKey> = []
        return destinations.map(\.trimmingASCIIWhitespace)
            .filter { seen.insert(RoutingKey(pk: $0.asciiLowercased)).inserted }
    }

    private var targetBytes: Int {
        let labels = labelIDs.reduce(0) { sum, entry in
            sum + entry.key.utf8.count + entry.value.reduce(0) { $0 + $1.utf8.count }
        }
        return labels + destinations.reduce(0) { $0 + $1.utf8.count }
    }
}

/// Reads attributes, and notes the mistakes in them.
private struct AttributeReader {
    private let attributes: JSONValue
    private(set) var problems: [RoutingRule.Problem] = []

    init(_ attributes: JSONValue) {
        self.attributes = attributes
    }

    mutating func problem(_ attribute: String, _ reason: String) {
        problems.append(.init(attribute, reason))
    }

    mutating func bool(_ name: String, absent: Bool) -> Bool {
        guard let value = attributes[name] else { return absent }
        if let bool = value.bool { return bool }
        problem(name, "is neither true nor false")
        return absent
    }

    mutating func texts(_ name: String) -> [String]? {
        guard let value = attributes[name] else { return nil }
        if let texts = value.texts { return texts }
        problem(name, "is not a list of texts")
        return nil
    }

    mutating func end() -> RuleEnd? {
        let then = choice("then", RuleEnd.Then.bounce)
        guard let until = attributes["until"] else { return nil }
        if let end = until.string.flatMap({ RuleEnd($0, then: then) }) { return end }
        problem("until", "is not a time such as 2027-01-31T00:00:00Z")
        return nil
    }

    mutating func senderCondition() -> SenderCondition? {
        let only = patterns("only_from")
        let not = patterns("not_from") ?? []
        let otherwise = choice("otherwise", SenderCondition.Otherwise.store)
        if let only, only.isEmpty { problem("only_from", "is empty, and would let nobody in") }
        if only == nil, not.isEmpty { return nil }
        return SenderCondition(only: only, not: not, otherwise: otherwise)
    }

    private mutating func patterns(_ name: String) -> [SenderPattern]? {
        guard let texts = texts(name) else { return nil }
        if texts.count > SenderCondition.maximumPatterns {
            problem(name, "has more than \(SenderCondition.maximumPatterns) senders")
        }
        // The entry is named by its number: an address must not reach the log.
        return texts.enumerated().compactMap { index, text in
            if let pattern = SenderPattern(text) { return pattern }
            problem(name, "has neither an address nor *@domain in entry \(index + 1)")
            return nil
        }
    }

    mutating func labels() -> [String: [String]] {
        guard let value = attributes["labels"] else { return [:] }
        guard let members = value.members else {
            problem("labels", "is not a map from mailboxes to lists of label ids")
            return [:]
        }
        var labels: [String: [String]] = [:]
        for member in members {
            guard let ids = member.value.texts else {
                problem("labels", "has a mailbox without a list of texts")
                continue
            }
            if let wrong = ids.firstIndex(where: { !RoutingRule.isLabelID($0) }) {
                problem(
                    "labels",
                    "has an id that is not Label_…, IMPORTANT or CATEGORY_… in entry \(wrong + 1) "
                        + "of a mailbox")
            }
            labels[member.name.trimmingASCIIWhitespace.asciiLowercased, default: []] += ids
        }
        if labels.values.contains(where: { $0.count > RoutingRule.maximumLabels }) {
            problem("labels", "has more than \(RoutingRule.maximumLabels) for a mailbox")
        }
        return labels
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ absent: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let value = attributes[name] else { return absent }
        if let choice = value.string.flatMap(Choice.init(rawValue:)) { return choice }
        problem(name, "is not \(Choice.allCases.map(\.rawValue).joined(separator: " or "))")
        return absent
    }
}

extension JSONValue {
    /// A truth value, or the text of one, as people write it by hand.
    var asBool: Bool? {
        switch self {
        case .bool(let value): value
        case .string("true"), .string("True"), .string("TRUE"): true
        case .string("false"), .string("False"), .string("FALSE"): false
        default: nil
        }
    }

    fileprivate var texts: [String]? {
        guard let array, case let texts = array.compactMap(\.string), texts.count == array.count
        else { return nil }
        return texts
    }

    fileprivate static func texts(_ texts: [String]) -> JSONValue {
        .array(texts.map { .string($0) })
    }
}
