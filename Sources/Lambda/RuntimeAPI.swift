package import HTTP
internal import JSON
internal import Text
internal import Process

/// The four endpoints of Lambda's Runtime API
/// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
package struct RuntimeAPI {
    private let http: any HTTPClient
    private let base: String
    private let sleep: (Double) -> Void

    /// - Parameter address: `host:port`, as in `AWS_LAMBDA_RUNTIME_API`.
    package init(
        _ http: any HTTPClient, address: String, sleep: @escaping (Double) -> Void = Pacing.pause
    ) {
        self.http = http
        base = "http://\(address)/2018-06-01/runtime"
        self.sleep = sleep
    }

    /// An event with the headers that came with it.
    package struct Event {
        package let requestID: String
        package let deadlineMilliseconds: Int64
        package let traceHeader: String?
        package let body: [UInt8]
    }

    /// The form in which a failure is reported to Lambda.
    package struct Failure: Equatable, Sendable {
        /// `Function.…` or `Runtime.…`; any other form becomes `Runtime.Unknown` there.
        package let type: String
        package let message: String

        package init(type: String, message: String) {
            self.type = type
            self.message = message
        }
    }

    /// Waits, for as long as it takes, for the next event.
    package func next() throws(RuntimeAPIError) -> Event {
        var request = HTTPRequest(
            .get, "\(base)/invocation/next", name: CallName("Lambda", "next"))
        request.timeoutSeconds = nil
        var attempt = 1
        while true {
            let reason: String
            switch Result(catching: { () throws(HTTPError) in try http.send(request) }) {
            case .success(let response):
                switch response.status {
                case 200: return try event(response)
                case 410: throw .gone
                case 500...: reason = "status \(response.status)"
                default: throw .rejected("next", status: response.status)
                }
            case .failure(let error): reason = error.description
            }
            guard attempt < 3 else { throw .unreachable("next", reason: reason) }
            sleep(0.05 * Double(attempt))
            attempt += 1
        }
    }

    private func event(_ response: HTTPResponse) throws(RuntimeAPIError) -> Event {
        guard let id = response.headers["Lambda-Runtime-Aws-Request-Id"], !id.isEmpty else {
            throw .unreachable("next", reason: "an event without a request id")
        }
        return Event(
            requestID: id,
            deadlineMilliseconds: response.headers["Lambda-Runtime-Deadline-Ms"]
                .flatMap { Int64($0) } ?? WallClock.epochMilliseconds() + 30_000,
            traceHeader: response.headers["Lambda-Runtime-Trace-Id"],
            body: response.body)
    }

    /// Hands the answer of an event over.
    package func respond(to requestID: String, _ body: [UInt8]) throws(RuntimeAPIError) {
        try post("invocation/\(PercentEncoding.encode(requestID))/response", body)
    }

    /// Reports that an event could not be answered.
    package func fail(_ requestID: String, _ failure: Failure) throws(RuntimeAPIError) {
        try post(
            "invocation/\(PercentEncoding.encode(requestID))/error",
            failureBody(failure, requestID: requestID), errorType: failure.type)
    }

    /// Reports, before the first event, that this process cannot work.
    package func failInitialization(_ failure: Failure) throws(RuntimeAPIError) {
        try post("init/error", failureBody(failure, requestID: ""), errorType: failure.type)
    }

    private func failureBody(_ failure: Failure, requestID: String) -> [UInt8] {
        let body: JSONValue = [
            "errorMessage": .string(failure.message), "errorType": .string(failure.type),
            "requestId": .string(requestID), "stackTrace": [],
        ]
        return body.bytes
    }

    private func post(_ path: String, _ body: [UInt8], errorType: String? = nil)
        throws(RuntimeAPIError)
    {
        var request = HTTPRequest(
            .post, "\(base)/\(path)", headers: ["Content-Type": "application/json"],
            body: HTTPBody(body), name: CallName("Lambda", path))
        if let errorType { request.headers.add("Lambda-Runtime-Function-Error-Type", errorType) }
        let status = try sendTwice(request, path).status
        switch status {
        case 200..<300: return
        case 410: throw .gone
        // "Container error. Runtime should exit promptly."
        case 500...: throw .unreachable(path, reason: "status \(status)")
        default: throw .rejected(path, status: status)
        }
    }

    private func sendTwice(_ request: HTTPRequest, _ path: String) throws(RuntimeAPIError)
        -> HTTPResponse
    {
        do {
            return try http.send(request)
        } catch {
            // One more attempt, on a new connection: the first may have found its own one dead.
        }
        do {
            return try http.send(request)
        } catch {
            throw .unreachable(path, reason: error.description)
        }
    }
}

/// The reason why the Runtime API gives no more events.
package enum RuntimeAPIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There will be no more events.
    case gone
    /// It refused one call only (413: the answer is too large; 403: out of order).
    case rejected(String, status: Int)
    /// It cannot be reached, or says that the sandbox is broken.
    case unreachable(String, reason: String)

    package var description: String {
        switch self {
        case .gone: "the Runtime API has no more events"
        case .rejected(let call, let status): "the Runtime API refused \(call) with \(status)"
        case .unreachable(let call, let reason): "the Runtime API failed at \(call): \(reason)"
        }
    }
}
