internal import JSON
internal import Text

/// The decision as a line of the routing log: `action target destination rule reason`, one entry a
/// target, joined by `; `.
///
/// Each word is percent-encoded, since EventBridge escapes nothing that it puts into a text. A word
/// that does not exist is `-`, and so is the canary's address, which is a secret; its reason is
/// `canary`.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
extension RoutingActions {
    package var log: String {
        entries.map { $0.words.map(RoutingActions.word).joined(separator: " ") }
            .joined(separator: "; ")
    }

    /// The numbers of targets, for a decision that is too large to name them all:
    /// `store 0; forward-to-gmail 2; bounce 1`.
    var logOfCounts: String {
        "store \(store.count); forward-to-gmail \(forwardToGmail.count); bounce \(bounce.count)"
    }

    /// The log's form of one target.
    package struct LogEntry: Equatable, Sendable {
        package let action: String
        /// `nil` for the canary.
        package let target: String?
        package let destination: String?
        package let rule: String?
        package let reason: String?

        fileprivate var words: [String?] { [action, target, destination, rule, reason] }
    }

    private var entries: [LogEntry] {
        func entries(_ action: String, _ targets: [RoutingTarget]) -> [LogEntry] {
            targets.map {
                LogEntry(
                    action: action, target: $0.isCanary ? nil : $0.target, destination: nil,
                    rule: $0.rule, reason: $0.isCanary ? "canary" : $0.reason?.rawValue)
            }
        }
        let forwards = forwardToGmail.map {
            LogEntry(
                action: "forward-to-gmail", target: $0.isCanary ? nil : $0.target,
                destination: $0.destination, rule: $0.rule, reason: $0.isCanary ? "canary" : nil)
        }
        return entries("store", store) + forwards + entries("bounce", bounce)
    }

    /// Reads such a line; nil if it names no targets, or is anything else.
    package static func entries(ofLog line: String) -> [LogEntry]? {
        var entries: [LogEntry] = []
        for text in line.split(separator: ";", omittingEmptySubsequences: false) {
            let entry = text.utf8.first == UInt8(ascii: " ") ? text.dropFirst() : text
            let words = entry.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 5, !words[0].isEmpty else { return nil }
            let optional = words.map { $0 == "-" ? nil : PercentEncoding.decode(String($0)) }
            entries.append(
                LogEntry(
                    action: PercentEncoding.decode(String(words[0])),
                    target: optional[1], destination: optional[2], rule: optional[3],
                    reason: optional[4]))
        }
        return entries
    }

    private static func word(_ text: String?) -> String {
        guard let text else { return "-" }
        return text == "-" ? "%2D" : PercentEncoding.encode(text)
    }
}
