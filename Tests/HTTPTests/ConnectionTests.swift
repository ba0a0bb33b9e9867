import Dispatch
import HTTP
import TestSupport
import Testing

/// Requests whose connection breaks, and whether the server may have acted on them.
@Suite(.waiting)
struct ConnectionTests {
    private let client = CurlClient()
    private let name = CallName("Test", "call")

    @Test("A connection is used again, for what must not be repeated, too")
    func keepAlive() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "x")])
        for _ in 0..<3 { _ = try client.send(request(server)) }
        #expect(server.connectionCount == 1)
        _ = try client.send(request(server, isRepeatable: false))
        #expect(server.connectionCount == 1)
        #expect(server.requests.map(\.connection) == [0, 0, 0, 0])
    }

    @Test("A repeatable request on a connection that died meanwhile is sent once more")
    func deadConnection() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200))
            // The second request on the first connection is read, and the connection closed.
            guard connection.readRequest() != nil, connection.number > 0 else { return }
            connection.send(Answer(201))
        }
        _ = try client.send(request(server))
        #expect(try client.send(request(server)).status == 200)
        #expect(server.requests.map(\.connection) == [0, 0, 1])
    }

    @Test("It is not sent a third time")
    func deadTwice() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil, connection.number == 0 else { return }
            connection.send(Answer(200))
            _ = connection.readRequest()
        }
        _ = try client.send(request(server))
        expectLost(request(server))
        #expect(server.requests.map(\.connection) == [0, 0, 1])
    }

    @Test("A connection that the server closed while it was idle is no error")
    func idleClose() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200, [], "x"))
        }
        for _ in 0..<5 { _ = try client.send(request(server)) }
        #expect(server.requests.map(\.connection) == [0, 1, 2, 3, 4])
    }

    @Test("What must not be repeated reaches the server once when its connection breaks")
    func notRepeatable() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil, connection.number == 0 else { return }
            connection.send(Answer(200))
            _ = connection.readRequest()
        }
        _ = try client.send(request(server))
        expectLost(request(server, isRepeatable: false))
        #expect(server.requests.map(\.connection) == [0, 0])
    }

    @Test("An answer that is cut off is a broken connection, not a short answer")
    func partial() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
        }
        expectLost(request(server))
        let chunked = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        }
        expectLost(request(chunked))
    }

    @Test("What is no HTTP is a broken connection")
    func garbage() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("SSH-2.0-OpenSSH\r\n\r\n")
        }
        expectLost(request(server))
    }

    @Test("Without a server nothing was sent")
    func refused() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        let url = server.url
        _ = try client.send(request(server))
        server.stop()
        let fresh = CurlClient()
        let error = #expect(throws: HTTPError.self) {
            try fresh.send(HTTPRequest(.get, url, name: name))
        }
        guard case .notSent? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    @Test("Time that ran out after the request left is told from time that was never there")
    func timeouts() throws {
        let isRead = DispatchSemaphore(value: 0)
        let silent = try LoopbackServer { connection in
            _ = connection.readRequest()
            isRead.signal()
            connection.waitForEnd()
        }
        let stalling = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
            connection.waitForEnd()
        }
        for server in [silent, stalling] {
            let error = #expect(throws: HTTPError.self) {
                try client.send(request(server, timeoutSeconds: 1))
            }
            #expect(error == .timedOut(name))
        }
        for seconds in [0, -1, 0.0001] {
            let error = #expect(throws: HTTPError.self) {
                try client.send(request(silent, timeoutSeconds: seconds))
            }
            #expect(error == .notSent(name, reason: "no time is left"))
        }
        isRead.wait()
        #expect(silent.requests.count == 1)
    }

    @Test("TLS with a server that has none was not sent")
    func tls() throws {
        let server = try LoopbackServer { connection in connection.send("hello\r\n") }
        let error = #expect(throws: HTTPError.self) {
            try client.send(HTTPRequest(.get, "https://\(server.address)/", name: name))
        }
        #expect(error?.isOutcomeUnknown == false)
    }

    private func request(
        _ server: LoopbackServer, isRepeatable: Bool = true, timeoutSeconds: Double = 10
    ) -> HTTPRequest {
        var request = HTTPRequest(.post, server.url, body: HTTPBody("x"), name: name)
        request.isRepeatable = isRepeatable
        request.timeoutSeconds = timeoutSeconds
        return request
    }

    private func expectLost(
        _ request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let outcome = Result { () throws(HTTPError) in try client.send(request) }
        guard case .failure(.connectionLost(name, _)) = outcome else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return
        }
    }
}
