import HTTP
import TestSupport
import Testing

struct RetryingClientTests {
    private static let name = CallName("Test", "call")

    /// What happened, whether the request may be repeated, and how often it is sent.
    private static let repeats: [(Result<HTTPResponse, HTTPError>, Bool, Int)] = [
        (status(200), true, 1), (status(400), true, 1), (status(404), false, 1),
        (status(429), true, 3), (status(429), false, 3), (status(503), true, 3),
        (status(503), false, 1), (.failure(.notSent(name, reason: "")), true, 3),
        (.failure(.notSent(name, reason: "")), false, 3), (.failure(.timedOut(name)), true, 3),
        (.failure(.timedOut(name)), false, 1),
        (.failure(.connectionLost(name, reason: "")), true, 3),
        (.failure(.connectionLost(name, reason: "")), false, 1),
        (.failure(.bodyTooLarge(name)), true, 1),
        (.failure(.fileFailed(name, reason: "")), true, 1),
        (.failure(.misconfigured(name, reason: "")), true, 1),
        (.failure(.misconfigured(name, reason: "")), false, 1),
    ]

    @Test("Only what may be repeated is repeated", arguments: repeats.indices)
    func repeated(row: Int) {
        let (outcome, isRepeatable, sends) = Self.repeats[row]
        let client = FakeClient([outcome])
        var request = Self.request()
        request.isRepeatable = isRepeatable
        let last = Result { () throws(HTTPError) in
            try Self.retrying(client, FakeTime()).send(request)
        }
        #expect(last == outcome, "the last outcome is the answer")
        #expect(client.requests.count == sends, "\(outcome)")
    }

    @Test(
        "What has to be written down afterwards leaves time for that",
        arguments: [(30.0, 28.0), (8, 6), (4, 3), (1, 0.75), (0, 0), (-1, -1)])
    func timeToRecord(secondsLeft: Double, timeout: Double) throws {
        let client = FakeClient([Self.status(200)])
        let pacing = FakeTime(secondsLeft: secondsLeft).pacing.leavingTimeToRecord
        var request = Self.request()
        request.timeoutSeconds = nil
        _ = try RetryingClient(client, pacing: pacing, decide: Self.advice).send(request)
        #expect(client.requests[0].timeoutSeconds == timeout)
    }

    @Test("The first outcome that stands ends it")
    func recovers() throws {
        let client = FakeClient([
            .failure(.timedOut(Self.name)), Self.status(503), Self.status(204),
        ])
        #expect(try Self.retrying(client, FakeTime()).send(Self.request()).status == 204)
        #expect(client.requests.count == 3)
    }

    @Test(
        "Pauses double up to 20 seconds, and chance takes a share of each",
        arguments: [
            (0.1, 1.0, [0.1, 0.2, 0.4, 0.8]), (0.1, 0.5, [0.05, 0.1, 0.2, 0.4]),
            (0.1, 0.0, [0, 0, 0, 0]), (8, 1.0, [8, 16, 20, 20]),
        ] as [(Double, Double, [Double])])
    func pauses(base: Double, dice: Double, expected: [Double]) throws {
        let time = FakeTime(secondsLeft: 1000, dice: dice)
        let client = RetryingClient(
            FakeClient([Self.status(503)]), pacing: time.pacing, maximumAttempts: 5,
            baseSeconds: base, decide: Self.advice)
        _ = try client.send(Self.request())
        #expect(time.pauses == expected)
    }

    @Test(
        "The pause is never shorter than the server asks for",
        arguments: [
            ("7", 7), ("0", 0.1), ("", 0.1), ("soon", 0.1), ("-7", 0.1), ("1.5", 0.1),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0.1),
        ] as [(String, Double)])
    func retryAfter(value: String, expected: Double) throws {
        let time = FakeTime(secondsLeft: 1000)
        let client = FakeClient(
            HTTPResponse(status: 429, headers: ["retry-after": value]), HTTPResponse(status: 200))
        _ = try Self.retrying(client, time).send(Self.request())
        #expect(time.pauses == [expected])
    }

    @Test("A pause that would leave no time for another attempt is not made")
    func noTimeLeft() throws {
        for (secondsLeft, sends) in [(0.59, 1), (0.61, 2), (7.4, 2)] {
            let time = FakeTime(secondsLeft: secondsLeft)
            let client = FakeClient(
                Self.response(503, retryAfter: nil), Self.response(503, retryAfter: "60"))
            #expect(try Self.retrying(client, time).send(Self.request()).status == 503)
            #expect(client.requests.count == sends)
            #expect(time.secondsLeft > 0)
        }
    }

    @Test("An attempt gets no more time than is left")
    func timeouts() throws {
        let client = FakeClient(HTTPResponse(status: 503))
        var request = Self.request()
        request.timeoutSeconds = 3
        _ = try Self.retrying(client, FakeTime(secondsLeft: 3), baseSeconds: 0.25).send(request)
        #expect(client.requests.map(\.timeoutSeconds) == [3, 2.75, 2.25].map(Optional.init))
        request.timeoutSeconds = nil
        _ = try Self.retrying(client, FakeTime(secondsLeft: 0.2)).send(request)
        #expect(client.requests.last?.timeoutSeconds == 0.2)
    }

    @Test("A call that is made once gets no more time than is left, either", arguments: [3, 300])
    func deadlineAlone(secondsLeft: Double) throws {
        let client = FakeClient(HTTPResponse(status: 503))
        var request = Self.request()
        request.timeoutSeconds = 100
        let once = DeadlineClient(client, pacing: FakeTime(secondsLeft: secondsLeft).pacing)
        #expect(try once.send(request).status == 503)
        #expect(client.requests.map(\.timeoutSeconds) == [min(100, secondsLeft)])
    }

    @Test("What the next attempt corrects is sent again at once, and once")
    func corrected() throws {
        let time = FakeTime()
        let client = FakeClient([Self.status(401), Self.status(401), Self.status(204)])
        #expect(try Self.retrying(client, time).send(Self.request()).status == 401)
        #expect(client.requests.count == 2)
        #expect(time.pauses.isEmpty)
    }

    @Test("A server that cannot be reached is given up before one that answers")
    func unreachable() throws {
        var policy = RetryPolicy()
        policy.maximumAttempts = 8
        policy.baseSeconds = 1
        policy.unreachableSeconds = 5
        for (outcome, seconds, sends) in [
            (Result<HTTPResponse, HTTPError>.failure(.notSent(Self.name, reason: "")), 0, 3),
            (.failure(.notSent(Self.name, reason: "")), 3.5, 2),
            (.failure(.notSent(Self.name, reason: "")), 4.5, 1), (Self.status(503), 4, 8),
        ] as [(Result<HTTPResponse, HTTPError>, Double, Int)] {
            let time = FakeTime(secondsLeft: 300, policy: policy)
            let client = FakeClient([outcome])
            let slow = SlowFailure(client: client, time: time, seconds: seconds)
            let retrying = RetryingClient(slow, pacing: time.pacing, decide: Self.advice)
            _ = Result { () throws(HTTPError) in try retrying.send(Self.request()) }
            #expect(client.requests.count == sends, "\(outcome) after \(seconds) s")
        }
    }

    /// Takes its time at the first request.
    private struct SlowFailure: HTTPClient {
        let client: FakeClient
        let time: FakeTime
        let seconds: Double

        func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
            if client.requests.isEmpty { time.secondsLeft -= seconds }
            return try client.send(request)
        }
    }

    @Test("An attempt may take what the policy allows, where its request allows less")
    func attemptSeconds() throws {
        var policy = RetryPolicy()
        policy.attemptSeconds = 60
        let client = FakeClient(HTTPResponse(status: 200))
        for (asked, left, expected) in [(8, 180, 60), (100, 180, 100), (8, 30, 30)] {
            let time = FakeTime(secondsLeft: Double(left), policy: policy)
            var request = Self.request()
            request.timeoutSeconds = Double(asked)
            _ = try Self.retrying(client, time).send(request)
            #expect(client.requests.last?.timeoutSeconds == Double(expected))
        }
    }

    @Test("Each pause is told before it, with what came of the call")
    func report() throws {
        var told: [String] = []
        var policy = RetryPolicy()
        policy.report = { call, outcome, pause in
            told.append("\(call) \((try? outcome.get())?.status ?? 0) \(pause)")
        }
        let client = FakeClient([
            Self.status(503), .failure(.timedOut(Self.name)), Self.status(200),
        ])
        _ = try Self.retrying(client, FakeTime(policy: policy)).send(Self.request())
        #expect(told == ["Test.call 503 0.1", "Test.call 0 0.2"])
    }

    @Test("However slow a server is, the time that the caller has is never outlived")
    func deadline() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let time = FakeTime(
                secondsLeft: Double.random(in: 0.01...20, using: &random),
                dice: Double.random(in: 0...1, using: &random))
            let slow = SlowClient(time: time, share: Double.random(in: 0...1, using: &random))
            let client = RetryingClient(
                slow, pacing: time.pacing, maximumAttempts: 9, baseSeconds: 2, decide: Self.advice)
            _ = Result { () throws(HTTPError) in try client.send(Self.request()) }
            #expect(time.secondsLeft >= -1e-9)
        }
    }

    /// Takes that share of the time that it may take, and does not answer.
    private struct SlowClient: HTTPClient {
        let time: FakeTime
        let share: Double

        func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
            time.secondsLeft -= (request.timeoutSeconds ?? 0) * share
            throw .timedOut(request.name)
        }
    }

    private static func advice(_ response: HTTPResponse) -> RetryingClient.Decision {
        switch response.status {
        case 401: .corrected
        case 429: .refused
        case 500...: .failed
        default: .accept
        }
    }

    private static func status(_ status: Int) -> Result<HTTPResponse, HTTPError> {
        .success(HTTPResponse(status: status))
    }

    private static func response(_ status: Int, retryAfter: String?) -> HTTPResponse {
        HTTPResponse(status: status, headers: retryAfter.map { ["Retry-After": $0] } ?? [:])
    }

    private static func request() -> HTTPRequest {
        HTTPRequest(.get, "http://127.0.0.1/", name: name)
    }

    private static func retrying(
        _ client: FakeClient, _ time: FakeTime, baseSeconds: Double = 0.1
    ) -> RetryingClient {
        RetryingClient(client, pacing: time.pacing, baseSeconds: baseSeconds, decide: advice)
    }
}
