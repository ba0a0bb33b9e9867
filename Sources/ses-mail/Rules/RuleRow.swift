internal import AWS
internal import JSON
internal import Mail

/// The row of a rule.
struct RuleRow: Equatable {
    let item: Item

    static let sortKey = "RULE#v1"

    static func key(_ pk: String) -> Item { ["PK": .string(pk), "SK": .string(sortKey)] }

    private static let prefix = "ROUTE#"

    var pk: String { item["PK"]?.string ?? "" }
    var sk: String { item["SK"]?.string ?? "" }
    var routingKey: RoutingKey { RoutingKey(pk: pk) }
    /// What follows `ROUTE#`: it is the key that decides, whatever `recipient` says.
    var pattern: String {
        String(decoding: pk.utf8.dropFirst(RuleRow.prefix.utf8.count), as: UTF8.self)
    }

    var asPattern: RulePattern { RulePattern(stored: pattern) }

    /// As the router reads the row.
    var tableRow: RoutingTable.Row { (pk, item.plain) }
    var rule: RoutingRule { RoutingRule(pk: pk, attributes: item.plain) }

    /// What an operator decides, without keys and times.
    var content: RuleContent {
        RuleContent(
            action: item["action"]?.string ?? "", target: item["target"]?.string ?? "",
            isEnabled: rule.isEnabled, description: item["description"]?.string ?? "")
    }

    var json: JSONValue {
        var members = [JSONValue.Member("recipient", .string(pattern))] + content.members
        for (name, attribute) in [("createdAt", "created_at"), ("updatedAt", "updated_at")] {
            if let text = item[attribute]?.string { members.append(.init(name, .string(text))) }
        }
        return .object(members)
    }
}
