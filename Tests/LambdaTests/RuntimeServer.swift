import HTTP
import Lambda
import Logging
import Synchronization
import TestSupport

/// Lambda's Runtime API on a real socket: it hands out these events, then says that it is over.
struct RuntimeServer {
    let server: LoopbackServer
    let lines = Lines()

    /// - Parameters:
    ///   - next: the answers to `next`, in order; after them 410.
    ///   - post: the answers to everything else, in order; after them 202.
    init(next: [Answer], post: [Answer] = []) throws {
        let queues = Mutex((next: next[...], post: post[...]))
        server = try LoopbackServer { request in
            queues.withLock { queues in
                request.target.hasSuffix("/next")
                    ? queues.next.popFirst() ?? Answer(410)
                    : queues.post.popFirst() ?? Answer(202, [], #"{"status":"OK"}"#)
            }
        }
    }

    /// An event's answer to `next`.
    static func event(_ id: String, _ body: String = "{}", _ fields: [String] = []) -> Answer {
        Answer(
            200,
            ["Lambda-Runtime-Aws-Request-Id: \(id)", "Lambda-Runtime-Deadline-Ms: 4102444800000"]
                + fields, body)
    }

    /// The calls as they arrived: `next`, `id/response`, `id/error`.
    var calls: [String] {
        server.requests.map { request in
            request.target.replacing("/2018-06-01/runtime/", with: "")
                .replacing("invocation/", with: "")
        }
    }

    /// Runs a handler until there are no more events; the pauses that were made.
    func run(
        current: CurrentInvocation = CurrentInvocation(), _ handler: @escaping Handler
    ) -> (outcome: Result<Void, RuntimeAPIError>, pauses: [Double]) {
        var pauses: [Double] = []
        let api = RuntimeAPI(CurlClient(), address: server.address, sleep: { pauses.append($0) })
        let loop = RuntimeLoop(api: api, current: current, logger: lines.logger())
        let outcome = Result { () throws(RuntimeAPIError) in try loop.run(handler) }
        return (outcome, pauses)
    }
}

/// The lines that were written.
final class Lines: Sendable {
    private let content = Mutex<[String]>([])

    var all: [String] { content.withLock { $0 } }

    @Sendable func add(_ line: String) {
        content.withLock { $0.append(line) }
    }

    func logger(level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { _ in
            JSONLogHandler(function: "test", level: level, write: self.add)
        }
    }
}
