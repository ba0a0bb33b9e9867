internal import Text

/// The time at which a rule ends, and what becomes of later mail. The row stays: with a row that
/// was gone, a wider rule would decide.
package struct RuleEnd: Equatable, Sendable {
    package enum Then: String, CaseIterable, Sendable {
        case bounce
        case store
    }

    private let epochSeconds: Int
    package let then: Then

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with `+00:00` in place of `Z`; nil for anything else.
    package init?(_ text: String, then: Then = .bounce) {
        let zone = text.utf8.dropFirst(19)
        guard zone.elementsEqual("Z".utf8) || zone.elementsEqual("+00:00".utf8),
            let time = UTCTime(rfc3339: "\(String(text.utf8.prefix(19)) ?? "")Z")
        else { return nil }
        epochSeconds = time.epochSeconds
        self.then = then
    }

    /// As the row says it.
    package var text: String { UTCTime(epochSeconds: epochSeconds).rfc3339 }

    /// Whether a mail of that time comes too late. `timestamp` is SES's, in UTC; a mail without a
    /// time is not late.
    package func isReached(at timestamp: String?) -> Bool {
        guard let received = timestamp.flatMap(UTCTime.init(rfc3339:)) else { return false }
        return received.epochSeconds >= epochSeconds
    }
}
