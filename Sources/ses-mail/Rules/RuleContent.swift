internal import JSON

/// What a rule says is to be done with mail.
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

    /// `forward-to-gmail me@gmail.com, disabled`
    var text: String {
        [action, target].filter { !$0.isEmpty }.joined(separator: " ")
            + (isEnabled ? "" : ", disabled")
    }

    /// What is wrong with an operator's words; nil where nothing is.
    ///
    /// QUIRK: EventBridge copies them into the routing log's line as they are, and what JSON would
    /// escape makes a line that nobody can read
    /// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
    static func problem(ofDescription text: String) -> String? {
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "holds a line break or another control character; write it on one line"
        }
        if text.utf8.contains(UInt8(ascii: "\"")) { return "holds a \"; write ' instead" }
        if text.utf8.contains(UInt8(ascii: "\\")) { return "holds a \\; write / or ' instead" }
        return nil
    }
}
