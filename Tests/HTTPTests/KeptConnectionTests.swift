import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

/// One connection is kept to each host, for what may not be repeated, too: whatever becomes of it,
/// the server sees such a request once at most.
@Suite(.serialized, .waiting)
final class KeptConnectionTests {
    private let authority: TestAuthority
    private let now = Mutex(1000.0)
    private let name = CallName("Test", "call")

    init() throws {
        authority = try TestAuthority()
    }

    private func client() -> CurlClient {
        CurlClient(
            roots: TrustedRoots(first: authority.root, second: nil),
            now: { [self] in now.withLock { $0 } })
    }

    private func server(
        isTLS: Bool, serve: @escaping @Sendable (Connection) -> Void
    ) throws -> LoopbackServer {
        try LoopbackServer(identity: isTLS ? authority.identity() : nil, serve: serve)
    }

    private func order(_ server: LoopbackServer, _ body: HTTPBody = HTTPBody("effect"))
        -> HTTPRequest
    {
        var request = HTTPRequest(.post, server.url, body: body, name: name)
        request.isRepeatable = false
        request.timeoutSeconds = 10
        return request
    }

    @Test("One connection serves every request while it is fresh", arguments: [false, true])
    func reused(isTLS: Bool) throws {
        let server = try server(isTLS: isTLS) { connection in
            while connection.readRequest() != nil { connection.send(Answer(200)) }
        }
        let client = client()
        for seconds in [0, 1, 30.0, 0.5] {
            now.withLock { $0 += seconds }
            _ = try client.send(order(server))
            _ = try client.send(HTTPRequest(.get, server.url, name: name))
        }
        #expect(server.connectionCount == 1)
    }

    @Test(
        "After half a minute, or where the clock was put back, a fresh connection closes the old",
        arguments: [31, -1, 3600.0])
    func stale(seconds: Double) throws {
        let ended = DispatchSemaphore(value: 0)
        let server = try server(isTLS: true) { connection in
            while connection.readRequest() != nil { connection.send(Answer(200)) }
            ended.signal()
        }
        let client = client()
        _ = try client.send(order(server))
        now.withLock { $0 += seconds }
        _ = try client.send(order(server))
        ended.wait()
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("A peer that closed the idle connection costs a reconnect", arguments: [false, true])
    func closed(isTLS: Bool) throws {
        let server = try server(isTLS: isTLS) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200))
            if connection.number > 0 { _ = connection.readRequest() }
        }
        let client = client()
        #expect(try client.send(order(server)).status == 200)
        // The farewell has to be there when the next request looks for it.
        while server.openConnectionCount > 0 { sched_yield() }
        #expect(try client.send(order(server)).status == 200)
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("A request that is silently lost costs its time, and is not made again")
    func silent() throws {
        let server = try server(isTLS: true) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200))
            if connection.number == 0 { return connection.waitForEnd() }
            while connection.readRequest() != nil { connection.send(Answer(200)) }
        }
        let client = client()
        _ = try client.send(order(server))
        var lost = order(server)
        lost.timeoutSeconds = 0.5
        #expect(throws: HTTPError.timedOut(name)) { try client.send(lost) }
        now.withLock { $0 += 31 }
        #expect(try client.send(order(server)).status == 200)
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    /// Where the connection breaks on the second request.
    enum Stage: String, CaseIterable, Sendable {
        case beforeIt, afterTheHeader, halfTheBody, theWholeBody, halfTheAnswer
    }

    @Test(
        "A connection that breaks at any stage never makes a request twice",
        arguments: Stage.allCases, [(false, false), (false, true), (true, false), (true, true)])
    func broken(stage: Stage, how: (isTLS: Bool, isReset: Bool)) throws {
        let size = 300_000
        let isAnswered = DispatchSemaphore(value: 0)
        let server = try server(isTLS: how.isTLS) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200))
            guard connection.number == 0 else {
                while connection.readRequest() != nil { connection.send(Answer(200)) }
                return
            }
            // A reset would take the first answer along.
            isAnswered.wait()
            switch stage {
            case .beforeIt: break
            case .afterTheHeader: _ = connection.readHead()
            case .halfTheBody:
                _ = connection.readHead()
                _ = connection.readBody(atLeast: size / 2)
            case .theWholeBody: _ = connection.readRequest()
            case .halfTheAnswer:
                _ = connection.readRequest()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            }
            if how.isReset { connection.abort() }
        }
        let client = client()
        _ = try client.send(HTTPRequest(.post, server.url, name: name))
        isAnswered.signal()
        let pacing = Pacing(secondsLeft: { 10 }, sleep: { _ in }, random: { 0 })
        let retrying = RetryingClient(client, pacing: pacing) { _ in .accept }
        let order = order(server, HTTPBody([UInt8](repeating: 7, count: size)))
        let outcome = Result { () throws(HTTPError) in try retrying.send(order) }
        let arrivals = server.requests.filter { $0.body.count == size }.count
        switch outcome {
        case .success: #expect(arrivals == 1)
        case .failure(let error):
            #expect(error.isOutcomeUnknown)
            #expect(arrivals <= 1)
        }
        switch stage {
        case .theWholeBody, .halfTheAnswer: #expect(throws: HTTPError.self) { try outcome.get() }
        case .beforeIt, .afterTheHeader, .halfTheBody: break
        }
    }
}
