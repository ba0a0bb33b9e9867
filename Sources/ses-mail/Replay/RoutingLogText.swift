internal import HTTP
internal import JSON
internal import Text

/// A line of the bus's log: the mail's id, and the decision as text.
///
/// The router writes the decision's text itself: `{"id":"…","messageId":"…","log":"…"}`. In older
/// lines the rule's template put an object into a text within a text, and EventBridge escapes
/// nothing in it: `{"id":"…","actions":"{store:{…,description:The "old" shop,…}}"}`.
/// So with a quotation mark in a description, or in a recipient, such a line is not JSON. The text
/// before the actions is ours, and they go to the line's end.
struct RoutingLogText: Equatable {
    enum Decision: Equatable {
        /// `RoutingActions.log`
        case log(String)
        /// JSON, or the object without its quotation marks.
        case actions(String)
    }

    let messageID: String
    let decision: Decision

    init?(_ event: String) {
        // A log group's template makes `{"timestamp": …, "message": text}`, of which the text is
        // written; where both are, the text is the line.
        let outer = try? JSONValue(parsing: event)
        let text = outer?["message"]?.string ?? event
        // Text that is not JSON is read as far as it goes.
        if let line = try? JSONValue(parsing: text) {
            guard let id = line["messageId"]?.string else { return nil }
            messageID = id
            if let log = line["log"]?.string {
                decision = .log(log)
            } else if let actions = line["actions"] {
                decision = .actions(
                    actions.string ?? String(decoding: actions.bytes, as: UTF8.self))
            } else {
                return nil
            }
            return
        }
        guard let id = RoutingLogText.part(of: text, after: #""messageId":""#, upTo: #"","#),
            let actions = RoutingLogText.part(of: text, after: #""actions":""#, upTo: nil),
            SESIdentifier.isOne(id)
        else { return nil }
        messageID = id
        decision = .actions(actions.hasSuffix(#""}"#) ? String(actions.dropLast(2)) : actions)
    }

    /// The decision as `logs` shows it.
    var field: JSONValue.Member {
        switch decision {
        case .log(let text): .init("log", .string(text))
        case .actions(let text): .init("actions", .string(text))
        }
    }

    /// What follows the first `opening`, to the first `closing` after it or to the end.
    private static func part(of text: String, after opening: String, upTo closing: String?)
        -> String?
    {
        let bytes = Array(text.utf8)
        guard let start = bytes[...].firstRange(ofBytes: Array(opening.utf8))?.upperBound else {
            return nil
        }
        guard let closing else { return String(decoding: bytes[start...], as: UTF8.self) }
        guard let end = bytes[start...].firstRange(ofBytes: Array(closing.utf8)) else {
            return nil
        }
        return String(decoding: bytes[start..<end.lowerBound], as: UTF8.self)
    }
}
