/// Should a call be made again, and when? Repeats what may be repeated, within the time that the
/// caller has, with the pauses that the AWS SDKs make
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
package struct RetryingClient: HTTPClient {
    /// What an answer says about asking again.
    package enum Advice: Equatable, Sendable {
        /// The answer stands.
        case accept
        /// The server did nothing: any request may be repeated.
        case refused
        /// The server failed and may have acted: only a repeatable request may be repeated.
        case failed
    }

    private let upstream: any HTTPClient
    private let pacing: Pacing
    private let maximumAttempts: Int
    private let baseSeconds: Double
    private let advice: (HTTPResponse) -> Advice

    /// - Parameters:
    ///   - baseSeconds: the longest pause before the second attempt; it doubles up to 20 s.
    ///   - advice: how this service says "later" and "I failed".
    package init(
        _ upstream: any HTTPClient, pacing: Pacing, maximumAttempts: Int = 3,
        baseSeconds: Double = 0.1, advice: @escaping (HTTPResponse) -> Advice
    ) {
        self.upstream = DeadlineClient(upstream, pacing: pacing)
        self.pacing = pacing
        self.maximumAttempts = maximumAttempts
        self.baseSeconds = baseSeconds
        self.advice = advice
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        var attempt = 1
        while true {
            let outcome = Result { () throws(HTTPError) in try upstream.send(request) }
            guard attempt < maximumAttempts, isRepeated(request, after: outcome) else {
                return try outcome.get()
            }
            let pause = pauseSeconds(before: attempt + 1, after: outcome)
            // Half a second is the least in which another attempt can be of use.
            guard pause + 0.5 < pacing.secondsLeft() else { return try outcome.get() }
            pacing.sleep(pause)
            attempt += 1
        }
    }

    private func isRepeated(
        _ request: HTTPRequest, after outcome: Result<HTTPResponse, HTTPError>
    ) -> Bool {
        switch outcome {
        case .success(let response):
            switch advice(response) {
            case .accept: false
            case .refused: true
            case .failed: request.isRepeatable
            }
        case .failure(.untrusted), .failure(.misconfigured), .failure(.bodyTooLarge),
            .failure(.fileFailed):
            false
        case .failure(let error): request.isRepeatable || !error.isOutcomeUnknown
        }
    }

    /// Full jitter: a random share of a pause that doubles, and never less than the server asked.
    private func pauseSeconds(
        before attempt: Int, after outcome: Result<HTTPResponse, HTTPError>
    ) -> Double {
        let longest = min(20, baseSeconds * Double(1 << (attempt - 2)))
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
