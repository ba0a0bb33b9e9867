package import HTTP

/// An HTTP client that sends nothing: it notes each request and answers as it is told.
package final class FakeClient: HTTPClient {
    package private(set) var requests: [HTTPRequest] = []
    private var outcomes: [Result<HTTPResponse, HTTPError>]

    /// Gives the outcomes one after the other, and the last again and again.
    package init(_ outcomes: [Result<HTTPResponse, HTTPError>]) {
        self.outcomes = outcomes
    }

    package convenience init(_ responses: HTTPResponse...) {
        self.init(responses.map { .success($0) })
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        requests.append(request)
        let outcome = outcomes[0]
        if outcomes.count > 1 { outcomes.removeFirst() }
        return try outcome.get()
    }
}

extension HTTPResponse {
    /// A JSON answer.
    package init(_ status: Int, _ headers: HTTPHeaders = [:], json: String) {
        self.init(status: status, headers: headers, body: Array(json.utf8))
    }
}

/// A clock that only pauses move on.
package final class FakeTime {
    package private(set) var pauses: [Double] = []
    package var secondsLeft: Double
    private let dice: Double
    private let policy: RetryPolicy

    package init(
        secondsLeft: Double = 30, dice: Double = 1, policy: RetryPolicy = RetryPolicy()
    ) {
        self.secondsLeft = secondsLeft
        self.dice = dice
        self.policy = policy
    }

    package var pacing: Pacing {
        Pacing(
            secondsLeft: { self.secondsLeft },
            sleep: { pause in
                self.pauses.append(pause)
                self.secondsLeft -= pause
            },
            random: { self.dice }, policy: policy)
    }
}
