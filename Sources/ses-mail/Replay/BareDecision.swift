internal import Mail

/// A decision that has lost its quotation marks.
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
