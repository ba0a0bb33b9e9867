internal import AWS
internal import JSON
internal import Mail

/// What did the router decide on a mail, and for whom? A line of the bus's log group, which has no
/// body.
struct RoutingLogLine: Equatable {
    struct Target: Equatable {
        let action: String
        let recipient: String
    }

    let messageID: String
    /// Epoch milliseconds.
    let timestamp: Int
    /// nil where the line does not tell them beyond doubt.
    let targets: [Target]?
    /// Whether every recipient was stored because DMARC says to reject the mail.
    let isRejectedByDMARC: Bool

    /// nil for a line that is none of the rule's.
    init?(_ event: CloudWatchLogs.Event) {
        // No JSON is no such line.
        guard let written = try? JSONValue(parsing: Array(event.message.utf8)),
            case let line = RoutingLogLine.unwrapped(written),
            let messageID = line["messageId"]?.string, let actions = line["actions"]
        else { return nil }
        self.messageID = messageID
        timestamp = event.timestamp
        let text = actions.string ?? String(decoding: actions.bytes, as: UTF8.self)
        // What is no JSON is written as EventBridge writes an object into text.
        if let decision = try? JSONValue(parsing: Array(text.utf8)) {
            targets = RoutingLogLine.targets(of: decision)
            isRejectedByDMARC = decision.targets(of: "store")
                .contains { $0["reason"]?.string == "dmarc-reject" }
        } else {
            let bare = BareDecision(text)
            targets = bare.targets
            isRejectedByDMARC = bare.hasReason("dmarc-reject")
        }
    }

    /// A log group's template makes `{"timestamp": …, "message": text}`; the text is written.
    private static func unwrapped(_ written: JSONValue) -> JSONValue {
        guard let text = written["message"]?.string else { return written }
        // No JSON within: it is the line itself.
        return (try? JSONValue(parsing: Array(text.utf8))) ?? written
    }

    private static func targets(of decision: JSONValue) -> [Target]? {
        let targets = BareDecision.actions.flatMap { action in
            decision.targets(of: action).map { (action, $0["target"]?.string) }
        }
        let whole = targets.compactMap { action, recipient in
            recipient.map { Target(action: action, recipient: $0) }
        }
        return whole.isEmpty || whole.count < targets.count ? nil : whole
    }
}

extension JSONValue {
    fileprivate func targets(of action: String) -> [JSONValue] {
        self[action]?["targets"]?.array ?? []
    }
}

/// Who is named in a decision that has lost its quotation marks?
///
/// EventBridge writes an object into a template's text without them:
/// `{store:{count:0,targets:[]},bounce:{count:1,targets:[{rule:ROUTE#*,target:a@example.com}]},…}`
/// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). Such
/// text has no grammar: a description may hold anything, and so may a quoted local part. So it is
/// believed only where every value is a plain address, and there are as many as were counted.
struct BareDecision {
    static let actions = ["forward-to-gmail", "bounce", "store"]

    private let text: [UInt8]

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    var targets: [RoutingLogLine.Target]? {
        let counts = values(of: "count").map { Int($0.value) }
        let recipients = values(of: "target")
        guard !recipients.isEmpty, counts.count == BareDecision.actions.count,
            counts.reduce(0, { $0 + ($1 ?? -1000) }) == recipients.count
        else { return nil }
        let targets = recipients.compactMap { recipient in
            EmailAddress(strict: recipient.value) == nil
                ? nil
                : action(before: recipient.offset).map {
                    RoutingLogLine.Target(action: $0, recipient: recipient.value)
                }
        }
        return targets.count == recipients.count ? targets : nil
    }

    func hasReason(_ reason: String) -> Bool {
        values(of: "reason").contains { $0.value == reason }
    }

    /// What stands between `name:` and the next comma or brace, wherever a member can begin.
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

    /// The action whose object was last opened.
    private func action(before offset: Int) -> String? {
        for start in (0..<offset).reversed() {
            for action in BareDecision.actions
            where text[start...].starts(with: "\(action):{".utf8) { return action }
        }
        return nil
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
    }
}

/// What did the router decide, of which mail?
struct RoutingLog {
    private let logs: CloudWatchLogs
    private let group: String

    init(_ deployment: Deployment) {
        logs = CloudWatchLogs(deployment.session)
        group = "/aws/events/ses-email-routing-\(deployment.name)"
    }

    /// The decisions on one mail, oldest first; several after a replay.
    func decisions(of messageID: String, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        try lines(matching: "\"\(messageID)\"", sinceMilliseconds: sinceMilliseconds)
            .filter { $0.messageID == messageID }
    }

    /// The decisions that name a recipient, oldest first.
    func decisions(for recipient: String, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        try lines(matching: "\"\(recipient)\"", sinceMilliseconds: sinceMilliseconds)
            .filter { $0.targets?.contains { $0.recipient == recipient } ?? false }
    }

    /// All decisions, by the mail's id.
    func decisions(sinceMilliseconds: Int) throws(AWSError) -> [String: [RoutingLogLine]] {
        Dictionary(
            grouping: try lines(matching: "", sinceMilliseconds: sinceMilliseconds),
            by: \.messageID)
    }

    private func lines(matching pattern: String, sinceMilliseconds: Int) throws(AWSError)
        -> [RoutingLogLine]
    {
        let events = try logs.events(
            in: group, matching: pattern, sinceMilliseconds: sinceMilliseconds)
        return (events ?? []).compactMap(RoutingLogLine.init)
    }
}
