internal import Process

/// The invocation that is running. Only the loop writes it; clients below the handler read its
/// deadline and its trace here.
package final class CurrentInvocation {
    package private(set) var deadlineMilliseconds: Int64 = .max
    package private(set) var trace: TraceHeader?

    /// The time before the deadline that stays free to log and to answer.
    package static let marginSeconds = 1.0

    private let epochSeconds: () -> Double

    package init(epochSeconds: @escaping () -> Double = WallClock.epochSeconds) {
        self.epochSeconds = epochSeconds
    }

    package func begin(_ invocation: Invocation) {
        deadlineMilliseconds = invocation.deadlineMilliseconds
        trace = invocation.trace
    }

    /// Seconds that a call or a pause may take; negative when the time is over.
    package func secondsLeft() -> Double {
        Double(deadlineMilliseconds) / 1000 - epochSeconds() - Self.marginSeconds
    }
}
