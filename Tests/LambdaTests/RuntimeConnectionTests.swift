import HTTP
import Lambda
import Process
import TestSupport
import Testing

/// A sandbox that was frozen finds its connections dead.
@Suite(.waiting)
struct RuntimeConnectionTests {
    @Test("A connection that died while the sandbox was frozen loses no event and no answer")
    func frozen() throws {
        let server = try LoopbackServer { connection in
            // Each connection hands out one answer; what follows on it is read and lost.
            guard let request = connection.readRequest() else { return }
            connection.send(
                request.target.hasSuffix("/next")
                    ? connection.number > 2 ? Answer(410) : RuntimeServer.event("1")
                    : Answer(202))
            _ = connection.readRequest()
        }
        let api = RuntimeAPI(CurlClient(), address: server.address, sleep: { _ in })
        #expect(try api.next().requestID == "1")
        try api.respond(to: "1", Array("{}".utf8))
        #expect(try api.next().requestID == "1")
        #expect(server.requests.map(\.connection) == [0, 0, 1, 1, 2])
    }

    @Test("An answer whose connection breaks again and again ends the process")
    func unreachable() throws {
        let server = try LoopbackServer { connection in _ = connection.readRequest() }
        let api = RuntimeAPI(CurlClient(), address: server.address, sleep: { _ in })
        let error = #expect(throws: RuntimeAPIError.self) {
            try api.respond(to: "1", Array("{}".utf8))
        }
        guard case .unreachable("invocation/1/response", _)? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(server.requests.count == 2)
    }

    @Test("Without a Runtime API next gives up after three tries")
    func absent() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        server.stop()
        var pauses: [Double] = []
        let api = RuntimeAPI(CurlClient(), address: server.address, sleep: { pauses.append($0) })
        #expect(throws: RuntimeAPIError.self) { try api.next() }
        #expect(pauses == [0.05, 0.1])
    }

    @Test("Next waits without a time-out, and everything else with one")
    func timeouts() throws {
        let client = FakeClient(
            HTTPResponse(status: 200, headers: ["Lambda-Runtime-Aws-Request-Id": "1"]),
            HTTPResponse(status: 202))
        let api = RuntimeAPI(client, address: "h:1", sleep: { _ in })
        let before = WallClock.epochMilliseconds()
        let event = try api.next()
        #expect((before + 29_000...before + 40_000).contains(event.deadlineMilliseconds))
        try api.respond(to: "1", [])
        #expect(client.requests[0].timeoutSeconds == nil)
        #expect(client.requests[1].timeoutSeconds != nil)
    }
}
