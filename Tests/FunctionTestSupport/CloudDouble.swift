package import JSON
internal import Synchronization
package import TestSupport

/// All that a function's process talks to, on one loopback server: the Runtime API, DynamoDB, S3,
/// SSM, SES, Google's token endpoint and Gmail.
package final class CloudDouble: Sendable {
    /// One event for the function.
    package struct Event: Sendable {
        package var body: [UInt8]
        /// From when it is handed over to the deadline.
        package var deadlineSeconds = 30.0

        package init(_ body: [UInt8], deadlineSeconds: Double = 30) {
            self.body = body
            self.deadlineSeconds = deadlineSeconds
        }

        package init(_ body: JSONValue, deadlineSeconds: Double = 30) {
            self.init(body.bytes, deadlineSeconds: deadlineSeconds)
        }
    }

    /// What the function told the Runtime API.
    package struct Reply: Sendable {
        /// `response`, `error` or `init/error`.
        package let kind: String
        package let body: JSONValue
        package let errorType: String?
        /// Negative where it came too late.
        package let secondsBeforeDeadline: Double
    }

    /// A mail in a mailbox.
    package struct Import: Sendable {
        /// The user in the URL, decoded.
        package let mailbox: String
        package let mail: [UInt8]
        /// `multipart` or `resumable`.
        package let uploadType: String
        /// Of the request that brought it.
        package let target: String
    }

    /// What comes in place of the answer to a call that was carried out.
    package enum LostAnswer: Sendable, CaseIterable {
        case internalError
        case closedConnection
        case silence
    }

    /// What becomes of a request.
    enum Outcome {
        case answer(Answer)
        /// Neither an answer nor an end comes.
        case silence
        case closedConnection
    }

    /// What the world holds, and what was asked of it.
    package struct Content: Sendable {
        package var events: [Event] = []
        /// `bucket/key` → mail.
        package var objects: [String: [UInt8]] = [:]
        package var parameters: [String: String] = [:]
        /// The services that take a request and never answer: `DynamoDB`, `S3`, `SSM`, `SES`,
        /// `Google`, `Gmail`, and `greeting`: each of them before the first event.
        package var hanging: Set<String> = []
        /// The services that have no time now, and say so.
        package var throttled: Set<String> = []
        /// Calls, named as in `calls`, that are carried out once while their answer is lost.
        package var lostAnswers: [String: LostAnswer] = [:]
        /// Calls, named as in `calls`, that are refused for want of a permission.
        package var refused: Set<String> = []
        /// So many versions of a parameter somebody else makes before each version of the function.
        package var skippedVersions = 0
        /// The services that refuse to be read (`S3` only).
        package var forbidden: Set<String> = []
        /// The services in whose way a proxy is that answers everything with a page of its own.
        package var proxied: Set<String> = []

        /// Whether the refresh token is no longer accepted.
        package var isConsentGone = false

        /// Gmail never takes a mail with this text in it, and answers this.
        package var malformed: (text: String, answer: Answer)?
        /// Answers the calls of services that are not here.
        package var otherService: (@Sendable (ReceivedRequest) -> Answer)?

        package internal(set) var replies: [Reply] = []
        /// Every request, in order: `next`, `response`, `DynamoDB BatchGetItem`, `S3 GET key`, ….
        package internal(set) var calls: [String] = []
        /// How many connections were opened before they were needed.
        package internal(set) var greetings = 0
        package internal(set) var imports: [Import] = []
        /// The bodies of SendEmail.
        package internal(set) var reports: [JSONValue] = []
        /// `VmHWM` of the process when it last asked for an event.
        package internal(set) var peakKiB = 0

        var processID: Int32?
        var deadline = 0.0
        var eventCount = 0
        var parameterVersions: [String: Int] = [:]
        /// Upload session → mailbox.
        var sessions: [String: String] = [:]
    }

    package let table: TableDouble
    private let content: Shared
    private let server: LoopbackServer

    /// What the server's threads share with the test.
    final class Shared: Sendable {
        let content = Mutex(Content())
    }

    package init(rows: [JSONValue] = [], _ change: (inout Content) -> Void) throws {
        let table = TableDouble(rows: rows)
        let shared = Shared()
        shared.content.withLock { change(&$0) }
        server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                switch shared.content.withLock({ $0.answer(request, table) }) {
                case .answer(let answer): connection.send(answer)
                case .silence: return connection.waitForEnd()
                case .closedConnection: return
                }
            }
        }
        self.table = table
        content = shared
    }

    package var address: String { server.address }
    package var url: String { server.url }
    package var now: Content { content.content.withLock { $0 } }

    package func change(_ change: (inout Content) -> Void) {
        content.content.withLock { change(&$0) }
    }
}
