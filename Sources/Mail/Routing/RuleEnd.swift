internal import Text

/// The time at which a rule ends, and the action for later mail. The row stays, because without it
/// a wider rule would decide.
package struct RuleEnd: Equatable, Sendable {
    package enum Then: String, CaseIterable, Sendable {
        case bounce
        case store
    }

    private let epochSeconds: Int
    package let then: Then

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with `+00:00` in place of `Z`; nil for anything else.
    package init?(_ text: String, then: Then = .bounce) {
        let text = RuleEnd.withZ(text)
        guard text.utf8.count == 20, let time = UTCTime(rfc3339: text) else { return nil }
        epochSeconds = time.epochSeconds
        self.then = then
    }

    /// The text in the row.
    package var text: String { UTCTime(epochSeconds: epochSeconds).rfc3339 }

    /// Whether a mail of that time comes too late. `timestamp` is SES's, in UTC; a mail without a
    /// time is not late.
    package func isReached(at timestamp: String?) -> Bool {
        guard let received = timestamp.flatMap({ UTCTime(rfc3339: RuleEnd.withZ($0)) }) else {
            return false
        }
        return received.epochSeconds >= epochSeconds
    }

    /// The time with `Z` in place of `+00:00`, which says the same.
    private static func withZ(_ text: String) -> String {
        let zone = "+00:00".utf8
        return text.utf8.suffix(zone.count).elementsEqual(zone)
            ? "\(Substring(text.utf8.dropLast(zone.count)))Z" : text
    }
}
