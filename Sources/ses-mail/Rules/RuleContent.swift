internal import JSON

/// What is to be done with the mails of a pattern?
struct RuleContent: Equatable {
    var action: String
    var target: String
    var isEnabled: Bool
    var description: String

    var members: [JSONValue.Member] {
        [
            .init("action", .string(action)), .init("target", .string(target)),
            .init("enabled", .bool(isEnabled)), .init("description", .string(description)),
        ]
    }

    /// `forward-to-gmail me@gmail.com (disabled)`
    var text: String {
        [action, target, isEnabled ? "" : "(disabled)"].filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}
