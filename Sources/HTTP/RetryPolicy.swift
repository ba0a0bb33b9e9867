/// The figures of a repetition. As they stand, those of a function, whose time is short.
package struct RetryPolicy {
    /// Attempts in all at a server that answers "later" or "I failed", or does not answer.
    package var maximumAttempts = 3
    /// The longest pause before the second attempt; it doubles up to 20 s.
    package var baseSeconds = 0.1
    /// Attempts at a server that cannot be reached, no more than `maximumAttempts`, and the time in
    /// which the last one begins.
    package var unreachableAttempts = Int.max
    package var unreachableSeconds = Double.infinity
    /// What one attempt may take where its request does not allow more.
    package var attemptSeconds = 0.0
    /// Learns before each pause of a call what came of it, and how many seconds the pause has.
    package var report: (CallName, Result<HTTPResponse, HTTPError>, Double) -> Void = { _, _, _ in }

    package init() {}
}
