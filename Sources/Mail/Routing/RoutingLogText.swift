package import JSON
internal import Text

/// A line of the bus's log: the mail's id, and the decision as text.
///
/// The router writes the decision's text itself: `{"id":"…","messageId":"…","log":"…"}`. In older
/// lines the rule's template put an object into a text within a text, which EventBridge does not
/// escape: `{"id":"…","actions":"{store:{…,description:The "old" shop,…}}"}`.
/// With a quotation mark in a description or a recipient, such a line is not JSON. The text before
/// the actions is ours, and the actions reach to the end of the line.
package struct RoutingLogText: Equatable, Sendable {
    package enum Decision: Equatable, Sendable {
        /// `RoutingActions.log`
        case log(String)
        /// JSON, or the object without its quotation marks.
        case actions(String)
    }

    package let messageID: String
    package let decision: Decision

    package init?(_ event: String) {
        // A log group's template makes `{"timestamp": …, "message": text}`, and the text is logged.
        // Where both are there, the text is the line.
        let outer = try? JSONValue(parsing: event)
        let text = outer?["message"]?.string ?? event
        // Text that is not JSON is searched for its parts.
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

    /// The decision as a field of `logs`.
    package var field: JSONValue.Member {
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

/// A decision that has lost its quotation marks.
///
/// EventBridge writes an object into a template's text without them:
/// `{store:{count:0,targets:[]},bounce:{count:1,targets:[{rule:ROUTE#*,target:a@example.com}]},…}`
/// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). Such
/// text has no grammar: a description may hold anything, and so may a quoted local part. So it is
/// trusted only where every value is a plain address, and their number is the one that it gives.
struct BareDecision {
    static let actions = ["forward-to-gmail", "bounce", "store"]

    private let text: [UInt8]

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    var targets: [RoutingLogLine.Target]? {
        let recipients = values(of: "target")
        let texts = values(of: "count")
        let counts = texts.compactMap { Int($0.value) }.filter { 0...recipients.count ~= $0 }
        guard !recipients.isEmpty, texts.count == BareDecision.actions.count,
            counts.count == texts.count, counts.reduce(0, +) == recipients.count
        else { return nil }
        var openings = openings[...]
        var action: String?
        var targets: [RoutingLogLine.Target] = []
        for recipient in recipients {
            while let next = openings.first, next.offset < recipient.offset {
                action = next.action
                openings.removeFirst()
            }
            guard let action, EmailAddress(strict: recipient.value) != nil else { return nil }
            targets.append(RoutingLogLine.Target(action: action, recipient: recipient.value))
        }
        return targets
    }

    func hasReason(_ reason: String) -> Bool {
        values(of: "reason").contains { $0.value == reason }
    }

    /// The texts between `name:` and the next comma or brace, wherever a member can begin.
    private func values(of name: String) -> [(offset: Int, value: String)] {
        let key = Array("\(name):".utf8)
        var values: [(Int, String)] = []
        for start in text.indices.dropFirst() {
            guard isDelimiter(text[start - 1]), text[start...].starts(with: key) else { continue }
            let value = text[(start + key.count)...].prefix { !isDelimiter($0) }
            values.append((start, String(decoding: value, as: UTF8.self)))
        }
        return values
    }

    /// The places where an action's object is opened, in their order.
    private var openings: [(offset: Int, action: String)] {
        text.indices.compactMap { start in
            BareDecision.actions.first { text[start...].starts(with: "\($0):{".utf8) }
                .map { (start, $0) }
        }
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
    }
}
