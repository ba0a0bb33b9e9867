import HTTP
import JSON

/// The way from a function to AWS and Google: every call takes time, others run meanwhile, and any
/// call can fail in any of the ways that are documented for it.
final class Network {
    private unowned let world: World

    init(_ world: World) {
        self.world = world
    }

    /// The ways in which a call goes wrong.
    enum Fault: CaseIterable {
        case notSent, throttled, failed, timedOut, denied
        /// The call had its effect, and the caller does not learn of it.
        case lostAnswer, timedOutAfter, failedAfter, garbageAfter
        /// DynamoDB only.
        case unprocessed

        var hasEffect: Bool {
            switch self {
            case .lostAnswer, .timedOutAfter, .failedAfter, .garbageAfter: true
            default: false
            }
        }
    }

    private enum Kill { case before, after }

    func send(_ request: HTTPRequest, _ run: Run) throws(HTTPError) -> HTTPResponse {
        guard !run.isDead else { throw .notSent(request.name, reason: "the process was killed") }
        run.callCount += 1
        let call = UInt64(run.callCount)
        let start = world.now
        let limit = request.timeoutSeconds ?? .infinity
        let kill = kill(request, run, call)
        overlap(run, call)
        if kill == .before || world.now >= run.deadline {
            end(run)
            throw .notSent(request.name, reason: "the process was killed")
        }
        let fault = fault(request, run, call)
        world.pass(0.004 + 0.04 * world.chance.share(.duration, run.key, call))
        let isLate = world.now - start > limit
        let outcome = perform(request, run, isLate ? .timedOut : fault)
        if kill == .after || world.now >= run.deadline {
            end(run)
            throw .connectionLost(request.name, reason: "the process was killed")
        }
        return try outcome.get()
    }

    private func end(_ run: Run) {
        run.isDead = true
        world.note("   the process is killed")
    }

    private func kill(_ request: HTTPRequest, _ run: Run, _ call: UInt64) -> Kill? {
        let text = { "\(run.function.rawValue) is killed at \(request.name)" }
        guard
            world.chance.happens(
                .kill, run.key, call, probability: world.plan.killRate, text())
        else { return nil }
        return world.chance.share(.faultKind, run.key, call) < 0.5 ? .before : .after
    }

    /// Lets something else happen now, although it was due later.
    private func overlap(_ run: Run, _ call: UInt64) {
        guard world.mayNest,
            world.chance.happens(
                .overlap, run.key, call, probability: world.plan.overlapRate,
                "something else happens during call \(call) of \(run.function.rawValue)")
        else { return }
        world.runMovable()
    }

    private func fault(_ request: HTTPRequest, _ run: Run, _ call: UInt64) -> Fault? {
        if let fault = world.weather(request.name.service) {
            run.isDisturbed = true
            return fault
        }
        let kinds = faults(of: request)
        let pick = Int(world.chance.bits(.faultKind, run.key, call) >> 8) % kinds.count
        let kind = kinds[abs(pick)]
        guard
            world.chance.happens(
                .fault, run.key, call, probability: world.plan.faultRate,
                "\(request.name) of \(run.function.rawValue): \(kind)")
        else { return nil }
        return kind
    }

    /// The faults that are documented for the call.
    private func faults(of request: HTTPRequest) -> [Fault] {
        var kinds: [Fault] = [
            .notSent, .throttled, .failed, .timedOut, .denied, .lostAnswer, .timedOutAfter,
            .failedAfter,
        ]
        // The bytes of a mail are not checked.
        if request.name.service != "S3" { kinds.append(.garbageAfter) }
        if request.name.operation == "BatchGetItem" { kinds += [.unprocessed, .unprocessed] }
        return kinds
    }

    private func perform(
        _ request: HTTPRequest, _ run: Run, _ fault: Fault?
    ) -> Result<HTTPResponse, HTTPError> {
        run.fault = fault
        if let fault {
            run.isDisturbed = true
            world.note("   \(request.name): \(fault)")
            if fault.hasEffect {
                _ = world.answer(request, run, isAnswerLost: true)
            } else {
                world.invariants.note(request, failedIn: run)
            }
        }
        let service = request.name.service
        switch fault {
        case nil: return .success(world.answer(request, run, isAnswerLost: false))
        case .notSent?: return .failure(.notSent(request.name, reason: "no route"))
        case .timedOut?, .timedOutAfter?:
            world.pass(min(request.timeoutSeconds ?? 8, 100))
            return .failure(.timedOut(request.name))
        case .lostAnswer?: return .failure(.connectionLost(request.name, reason: "reset"))
        case .throttled?: return .success(.throttled(service))
        case .failed?, .failedAfter?: return .success(.failed(service))
        case .denied?: return .success(.denied(service))
        case .garbageAfter?:
            return .success(HTTPResponse(status: 200, body: Array("<html>Welcome</html>".utf8)))
        case .unprocessed?: return .success(world.partly(request, run))
        }
    }
}

/// The errors that every service has, each in the form of its protocol.
extension HTTPResponse {
    static func throttled(_ service: String) -> HTTPResponse {
        switch service {
        case "S3": xml(503, "SlowDown")
        case "IAM": xml(400, "Throttling")
        case "SESv2": json(429, "TooManyRequestsException")
        case "Gmail", "Google": google(429, "rateLimitExceeded")
        default: json(400, "ThrottlingException")
        }
    }

    static func failed(_ service: String) -> HTTPResponse {
        switch service {
        case "S3": xml(500, "InternalError")
        case "IAM": xml(500, "ServiceFailure")
        case "Gmail", "Google": google(503, "backendError")
        default: json(500, "InternalServerError")
        }
    }

    static func denied(_ service: String) -> HTTPResponse {
        switch service {
        case "S3", "IAM": xml(403, "AccessDenied")
        case "Gmail", "Google": google(403, "userRateLimitExceeded")
        default: json(400, "AccessDeniedException")
        }
    }

    static func json(_ status: Int, _ code: String, _ message: String = "no") -> HTTPResponse {
        let document: JSONValue = ["__type": .string(code), "message": .string(message)]
        return HTTPResponse(status: status, body: document.bytes)
    }

    static func xml(_ status: Int, _ code: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            body: Array(
                "<ErrorResponse><Error><Code>\(code)</Code><Message>no</Message></Error>"
                    .utf8) + Array("</ErrorResponse>".utf8))
    }

    static func google(_ status: Int, _ reason: String, _ message: String = "") -> HTTPResponse {
        let document: JSONValue = [
            "error": [
                "code": .integer(status), "message": .string(message),
                "errors": [["reason": .string(reason), "message": .string(message)]],
            ]
        ]
        return HTTPResponse(status: status, body: document.bytes)
    }
}
