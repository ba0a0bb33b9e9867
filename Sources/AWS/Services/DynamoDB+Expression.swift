internal import JSON

extension DynamoDB {
    /// A condition or an update with its `#names` and `:values`
    /// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).
    package struct Expression: Equatable, Sendable {
        package let text: String
        package let names: [String: String]
        package let values: Item

        package init(_ text: String, names: [String: String] = [:], values: Item = [:]) {
            self.text = text
            self.names = names
            self.values = values
        }

        /// The members of a call; empty maps are left out, since the service refuses them.
        func members(as name: String) -> [JSONValue.Member] {
            var members = [JSONValue.Member(name, .string(text))]
            if !names.isEmpty {
                let names = names.map { JSONValue.Member($0.key, .string($0.value)) }
                members.append(JSONValue.Member("ExpressionAttributeNames", .object(names)))
            }
            if !values.isEmpty {
                members.append(JSONValue.Member("ExpressionAttributeValues", values.json))
            }
            return members
        }
    }
}
