package import Lambda
package import Logging

/// The log line of one outcome, and the counts that go with it.
package struct OutcomeLine {
    package let level: Logger.Level
    package let message: String
    /// The word in the line's `outcome`.
    package let outcome: String
    /// The error for the line's `reason`, in the words that Lambda would get.
    package var reason: String?
    /// The counts to write; empty if nothing is counted.
    package var counts: KeyValuePairs<MetricName, Int> = [:]
    /// The other keys of the line.
    package var fields: Logger.Metadata = [:]

    package init(
        _ level: Logger.Level, _ message: String, outcome: String, reason: String? = nil
    ) {
        self.level = level
        self.message = message
        self.outcome = outcome
        self.reason = reason
    }

    /// A failure, which the queue's redelivery or a person must resolve.
    package static func failure(_ message: String, _ error: any Error) -> OutcomeLine {
        OutcomeLine(
            .error, message, outcome: "failed", reason: RuntimeAPI.Failure(error).message)
    }

    /// The same line with these counts.
    package func counting(_ counts: KeyValuePairs<MetricName, Int>) -> OutcomeLine {
        var line = self
        line.counts = counts
        return line
    }
}
