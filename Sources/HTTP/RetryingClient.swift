/// A client that repeats what may be repeated, within the time that the caller has, with the pauses
/// that the AWS SDKs make
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
package struct RetryingClient: HTTPClient {
    /// The meaning of an answer for another attempt.
    package enum Decision: Equatable, Sendable {
        /// The answer is final.
        case accept
        /// The server did nothing: any request may be repeated.
        case refused
        /// The server did nothing for a reason that the next attempt corrects, such as our clock:
        /// any request may be repeated, once and at once.
        case corrected
        /// The server failed and may have acted: only a repeatable request may be repeated.
        case failed
    }

    private let upstream: any HTTPClient
    private let pacing: Pacing
    private let policy: RetryPolicy
    private let decide: (HTTPResponse) -> Decision

    /// - Parameters:
    ///   - maximumAttempts: where they are not those of the pacing.
    ///   - baseSeconds: likewise.
    ///   - decide: the meaning of this service's answers.
    package init(
        _ upstream: any HTTPClient, pacing: Pacing, maximumAttempts: Int? = nil,
        baseSeconds: Double? = nil, decide: @escaping (HTTPResponse) -> Decision
    ) {
        self.upstream = upstream
        self.pacing = pacing
        var policy = pacing.policy
        policy.maximumAttempts = maximumAttempts ?? policy.maximumAttempts
        policy.baseSeconds = baseSeconds ?? policy.baseSeconds
        self.policy = policy
        self.decide = decide
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let secondsLeft = pacing.countdown()
        let wholeSeconds = secondsLeft()
        var attempt = 1
        var isCorrected = false
        while true {
            let outcome = attemptOnce(request, secondsLeft())
            if !isCorrected, case .success(let response) = outcome, decide(response) == .corrected,
                secondsLeft() > 0.5
            {
                isCorrected = true
                continue
            }
            let repetition = repetition(of: request, after: outcome)
            guard attempt < repetition.attempts else { return try outcome.get() }
            let pause = pauseSeconds(before: attempt + 1, after: outcome)
            let left = secondsLeft()
            // Half a second is the least in which another attempt can be of use.
            guard pause + 0.5 < left, wholeSeconds - left + pause < repetition.seconds else {
                return try outcome.get()
            }
            policy.report(request.name, outcome, pause)
            pacing.sleep(pause)
            attempt += 1
        }
    }

    private func attemptOnce(
        _ request: HTTPRequest, _ secondsLeft: Double
    ) -> Result<HTTPResponse, HTTPError> {
        var attempt = request
        let allowed = max(request.timeoutSeconds ?? .infinity, policy.attemptSeconds)
        attempt.timeoutSeconds = min(allowed, secondsLeft)
        return Result { () throws(HTTPError) in try upstream.send(attempt) }
    }

    /// The number of times that a request may be sent, and the time for all of them.
    private struct Repetition {
        var attempts = 1
        var seconds = Double.infinity
    }

    private func repetition(
        of request: HTTPRequest, after outcome: Result<HTTPResponse, HTTPError>
    ) -> Repetition {
        let always = Repetition(attempts: policy.maximumAttempts)
        switch outcome {
        case .success(let response):
            switch decide(response) {
            case .accept, .corrected: return Repetition()
            case .refused: return always
            case .failed: return request.isRepeatable ? always : Repetition()
            }
        case .failure(.untrusted), .failure(.misconfigured), .failure(.bodyTooLarge),
            .failure(.fileFailed):
            return Repetition()
        case .failure(let error) where !error.isOutcomeUnknown:
            return Repetition(
                attempts: min(policy.unreachableAttempts, policy.maximumAttempts),
                seconds: policy.unreachableSeconds)
        case .failure: return request.isRepeatable ? always : Repetition()
        }
    }

    /// Full jitter: a random share of a pause that doubles, and never less than the server asked.
    private func pauseSeconds(
        before attempt: Int, after outcome: Result<HTTPResponse, HTTPError>
    ) -> Double {
        let longest = min(20, policy.baseSeconds * Double(1 << (attempt - 2)))
        let asked = (try? outcome.get())?.retryAfterSeconds ?? 0  // no answer asks for nothing
        return max(asked, longest * pacing.random())
    }
}

extension HTTPResponse {
    /// `Retry-After` in seconds (RFC 9110 §10.2.3; its date form is not used by our peers).
    package var retryAfterSeconds: Double? {
        headers["Retry-After"].flatMap { UInt16($0) }.map(Double.init)
    }
}
