/// The numbers and times of attempts. The defaults are those of a function, whose time is short.
package struct RetryPolicy {
    /// The most attempts at a server that is busy, fails or does not answer.
    package var maximumAttempts = 3
    /// The longest pause before the second attempt; it doubles up to 20 s.
    package var baseSeconds = 0.1
    /// Attempts at a server that cannot be reached, no more than `maximumAttempts`, and the time in
    /// which the last one begins.
    package var unreachableAttempts = Int.max
    package var unreachableSeconds = Double.infinity
    /// The time of one attempt, unless its request allows more.
    package var attemptSeconds = 0.0
    /// Called before each pause with the result of the attempt and the seconds of the pause.
    package var report: (CallName, Result<HTTPResponse, HTTPError>, Double) -> Void = { _, _, _ in }

    package init() {}
}
