import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport

/// AWS and Google in memory, with a clock that only this world moves.
final class World {
    let plan: Plan
    var chance: Chance
    let log = LogLines()
    private(set) var now = World.start
    private var timeline = Timeline()
    private(set) lazy var network = Network(self)
    private(set) lazy var invariants = Invariants(self)

    var table = TableRows(table: TableDouble.name)
    /// Object key → mail.
    var objects: [String: [UInt8]] = [:]
    var parameters: [String: (value: String, version: Int)] = [:]
    var google = GoogleAccounts()
    var queues = Queues()
    var identities = Identities()
    var stream = ChangeStream()
    /// The rules after each change.
    var ruleVersions: [[Item]] = []
    /// The mails that have arrived so far.
    var mails: [SimulatedMail] = []

    private var sandboxes: [Function: [Sandbox]] = [:]
    private var sandboxCount: UInt64 = 0
    private var depth = 0
    private var stepCount = 0
    private var services: [(services: Set<String>, fault: Network.Fault, end: Double)] = []
    /// What happened, for a person; kept only when a history is printed.
    private(set) var story: [String] = []
    private let isTold: Bool

    /// 10 o'clock on 2025-01-18, when SES receives every sample mail.
    static let start = 1_737_194_400.0
    /// A history of more events than this does not end.
    static let mostSteps = 4000
    private static let mostNested = 3

    init(_ plan: Plan, leaving leftOut: Set<UInt64> = [], isTold: Bool = false) {
        self.plan = plan
        self.isTold = isTold
        chance = Chance(seed: plan.seed, leaving: leftOut)
    }

    func note(_ text: @autoclosure () -> String) {
        guard isTold else { return }
        story.append("\(Double(Int((now - World.start) * 1000)) / 1000) s: \(text())")
    }

    // MARK: time

    func schedule(after seconds: Double, isMovable: Bool = false, _ run: @escaping () -> Void) {
        timeline.add(at: now + seconds, isMovable: isMovable, run)
    }

    /// Whether another invocation may run within the one that is running.
    var mayNest: Bool { depth < World.mostNested }

    /// Runs everything until nothing is left to happen.
    func runToRest() {
        while let event = timeline.takeNext(), step() {
            now = max(now, event.time)
            event.run()
        }
    }

    /// Lets time pass for the call or the pause of an invocation. Whatever is due meanwhile
    /// happens.
    func pass(_ seconds: Double) {
        let end = now + seconds
        while mayNest, let time = timeline.nextTime, time <= end,
            let event = timeline.takeNext(), step()
        {
            now = max(now, event.time)
            nested(event)
        }
        now = max(now, end)
    }

    func runMovable() {
        guard let event = timeline.takeMovable(), step() else { return }
        nested(event)
    }

    private func nested(_ event: Timeline.Event) {
        depth += 1
        event.run()
        depth -= 1
    }

    private func step() -> Bool {
        stepCount += 1
        if stepCount == World.mostSteps { invariants.historyDoesNotEnd() }
        return stepCount < World.mostSteps
    }

    // MARK: weather

    /// Makes services fail for a while.
    func begin(_ fault: Network.Fault, of names: Set<String>, seconds: Double) {
        services.append((names, fault, now + seconds))
    }

    /// The fault that all calls of the service have now; nil if there is none.
    func weather(_ service: String) -> Network.Fault? {
        services.first { now < $0.end && $0.services.contains(service) }?.fault
    }

    func endWeather() {
        services = []
    }

    // MARK: functions

    /// Runs one invocation in a process that is free, or in a new one.
    func invoke(
        _ function: Function, key: UInt64, about mail: Int? = nil, by decision: JSONValue? = nil,
        _ event: [UInt8]
    ) -> Run {
        let run = Run(function, key: key, deadline: now + function.timeoutSeconds)
        run.mail = mail
        run.decision = decision
        note("\(function.rawValue) begins")
        guard let sandbox = freeSandbox(of: function) else {
            run.failure = "the function cannot start"
            return run
        }
        sandbox.invoke(event, run)
        note(
            "\(function.rawValue) "
                + (run.isDead ? "is dead" : run.failure.map { "fails: \($0)" } ?? "ends"))
        if run.isDead { sandboxes[function]?.removeAll { $0 === sandbox } }
        invariants.check(endOf: run)
        return run
    }

    private func freeSandbox(of function: Function) -> Sandbox? {
        if let free = sandboxes[function]?.first(where: { $0.run == nil }) { return free }
        sandboxCount += 1
        do {
            let sandbox = try Sandbox(function, in: self, number: sandboxCount)
            sandboxes[function, default: []].append(sandbox)
            return sandbox
        } catch {
            invariants.violation("\(function.rawValue) cannot start: \(error)")
            return nil
        }
    }

    // MARK: services

    /// The answer of a service that works.
    /// - Parameter isAnswerLost: whether the caller does not learn of it.
    func answer(_ request: HTTPRequest, _ run: Run, isAnswerLost: Bool) -> HTTPResponse {
        note("   \(request.name)\(isAnswerLost ? ", and the answer is lost" : "")")
        switch request.name.service {
        case "DynamoDB": return database(request, run, isAnswerLost: isAnswerLost)
        case "S3": return storage(request, run)
        case "SSM": return parameter(request)
        case "SESv2": return sendEmail(request, run, isAnswerLost: isAnswerLost)
        case "Google": return token(request, run)
        case "Gmail": return importMail(request, run, isAnswerLost: isAnswerLost)
        case "IAM": return identity(request, run, isAnswerLost: isAnswerLost)
        case "KMS": return encrypt(request)
        default: return .json(400, "UnknownOperationException")
        }
    }
}
