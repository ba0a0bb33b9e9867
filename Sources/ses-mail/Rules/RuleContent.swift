internal import ArgumentParser
internal import JSON

/// The decision of a rule about mail.
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

    /// The text, and the description where there is one.
    var detail: String { description.isEmpty ? text : "\(text) \"\(description)\"" }

    /// The fault of an operator's description; nil where it has none.
    ///
    /// QUIRK: EventBridge copies the description into the routing log's line unescaped, and a
    /// character that JSON would escape makes the line unreadable
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

/// An action in the words of the commands; `store` and `bounce` are the table's own.
enum RuleAction: String, ExpressibleByArgument, CaseIterable {
    case forward
    case bounce
    case store

    /// The word that stands in the table.
    var attribute: String { self == .forward ? "forward-to-gmail" : rawValue }
}
