import HTTP
import JSON
import Lambda
import Logging
import Process
import TestSupport

@testable import bouncer
@testable import gmail_forwarder
@testable import router_enrichment
@testable import smtp_credential_manager

/// A process of one function: its real start, its real loop and its real handler, with a clock and
/// a network that are simulated.
final class Sandbox: HTTPClient {
    let function: Function
    private unowned let world: World
    private let current: CurrentInvocation
    private let logger: Logger
    private var handler: Handler = { _ in [] }
    /// The seconds by which its clock is ahead.
    let skew: Double
    /// The invocation that is running; nil between two.
    private(set) var run: Run?
    private var event: [UInt8]?

    init(_ function: Function, in world: World, number: UInt64) throws {
        self.function = function
        self.world = world
        skew = (world.chance.share(.skew, number) - 0.5) * 2 * world.plan.skewSeconds
        let log = world.log
        let clock = { [unowned world, skew] in world.now + skew }
        current = CurrentInvocation(epochSeconds: clock)
        logger = Logger(label: function.rawValue) { label in
            JSONLogHandler(function: label, level: .debug, write: log.write)
        }
        let random = { [unowned self] in
            self.world.chance.share(.pause, self.run?.key ?? 0, UInt64(self.run?.callCount ?? 0))
        }
        let process = LambdaProcess(
            environment: Environment(Deployment.variables(world.plan)), http: self,
            current: current, logger: logger,
            metrics: Metrics(namespace: "SESMail/test", epochSeconds: clock, write: log.write),
            tracer: Tracer(daemonAddress: nil), epochSeconds: clock,
            pacing: Pacing(
                secondsLeft: current.secondsLeft, sleep: { [unowned self] in self.sleep($0) },
                random: random))
        handler = try makeHandler(process)
    }

    private func makeHandler(_ process: LambdaProcess) throws -> Handler {
        switch function {
        case .router: try RouterEnrichment.makeHandler(process)
        case .forwarder: try GmailForwarder.makeHandler(process)
        case .bouncer: try Bouncer.makeHandler(process)
        case .manager: try SMTPCredentialManager.makeHandler(process)
        }
    }

    /// Runs the loop for this one event.
    func invoke(_ event: [UInt8], _ run: Run) {
        self.run = run
        self.event = event
        let api = RuntimeAPI(self, address: "runtime", sleep: { _ in })
        do {
            try RuntimeLoop(api: api, current: current, logger: logger).run(handler)
        } catch {
            run.failure = "\(error)"
        }
        self.run = nil
        if world.now >= run.deadline { run.isDead = true }
        if run.isDead { run.answer = nil }
    }

    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        guard let run else { throw .notSent(request.name, reason: "nothing is running") }
        if request.name.service == "Lambda" { return runtime(request, run) }
        return try world.network.send(request, run)
    }

    /// Lambda's Runtime API, which has one event and is then over.
    private func runtime(_ request: HTTPRequest, _ run: Run) -> HTTPResponse {
        guard request.name.operation == "next" else {
            let body = request.body.bytes ?? []
            if request.name.operation.hasSuffix("/response") {
                run.answer = body
            } else {
                run.failure = String(decoding: body, as: UTF8.self)
                world.log.write(run.failure ?? "")
            }
            return HTTPResponse(status: 202)
        }
        guard let event else { return HTTPResponse(status: 410) }
        self.event = nil
        return HTTPResponse(
            status: 200,
            headers: [
                "Lambda-Runtime-Aws-Request-Id": "request-\(run.key)",
                "Lambda-Runtime-Deadline-Ms": String(Int(run.deadline * 1000)),
            ], body: event)
    }

    private func sleep(_ seconds: Double) {
        guard let run, !run.isDead else { return }
        world.pass(seconds)
        if world.now >= run.deadline { run.isDead = true }
    }
}

/// The lines that the functions write.
final class LogLines: @unchecked Sendable {
    /// A word that is in every secret of the simulated world.
    static let secretMark = "S3CR3T"
    /// The lines of one history, which one thread writes.
    private(set) var bytes: [UInt8] = []

    @Sendable func write(_ line: String) {
        bytes += line.utf8
        bytes.append(0x0A)
    }
}
