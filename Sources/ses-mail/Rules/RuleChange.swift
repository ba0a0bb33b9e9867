internal import AWS
internal import JSON

/// The change of one rule.
enum RuleChange: Equatable {
    case add(RulePattern, RuleContent)
    case replace(RuleRow, RulePattern, RuleContent)
    case remove(RuleRow)

    /// The change of a row to new content; nil where it has that content already.
    init?(_ pattern: RulePattern, from old: RuleRow?, to new: RuleContent) {
        guard let old else {
            self = .add(pattern, new)
            return
        }
        guard old.content != new else { return nil }
        self = .replace(old, pattern, new)
    }

    var pattern: RulePattern {
        switch self {
        case .add(let pattern, _), .replace(_, let pattern, _): pattern
        case .remove(let row): row.asPattern
        }
    }

    /// Of the row that is changed.
    var key: Item {
        switch self {
        case .add(let pattern, _), .replace(_, let pattern, _): RuleRow.key(pattern.pk)
        case .remove(let row): row.item.filter { ["PK", "SK"].contains($0.key) }
        }
    }

    var old: RuleRow? {
        switch self {
        case .add: nil
        case .replace(let row, _, _), .remove(let row): row
        }
    }

    var new: RuleContent? {
        switch self {
        case .add(_, let content), .replace(_, _, let content): content
        case .remove: nil
        }
    }

    /// `~ support@example.com  bounce → store`
    var cells: [String] {
        switch self {
        case .add(let pattern, let content): ["+", pattern.text, content.detail]
        case .replace(let row, let pattern, let content):
            ["~", pattern.text, "\(row.content.detail) → \(content.detail)"]
        case .remove(let row): ["-", row.pattern, row.content.detail]
        }
    }

    /// The colour of the change in a table.
    var severity: Severity {
        switch self {
        case .add: .ok
        case .replace: .warning
        case .remove: .error
        }
    }

    var json: JSONValue { json(warnings: []) }

    func json(warnings: [String]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("recipient", .string(pattern.text)),
            .init("before", old.map { .object($0.content.members) } ?? .null),
            .init("after", new.map { .object($0.members) } ?? .null),
        ]
        if !warnings.isEmpty {
            members.append(.init("warnings", warnings.json))
        }
        return .object(members)
    }
}
