import Dispatch
import HTTP
import TestSupport
import Testing

/// Connections that are opened before they are needed.
@Suite(.waiting)
struct EarlyConnectionTests {
    private let client = CurlClient()
    private let name = CallName("Test", "call")

    @Test("Each host is greeted once without credentials, and its connection is used afterwards")
    func reused() throws {
        let servers = try (0..<3).map { _ in try LoopbackServer(answers: [Answer(403, [], "no")]) }
        #expect(client.warm(servers.map { "\($0.url)/a?b=c" } + [servers[0].url]).isEmpty)
        for server in servers {
            var request = HTTPRequest(.post, "\(server.url)/x", body: HTTPBody("y"), name: name)
            request.isRepeatable = false
            _ = try client.send(request)
            #expect(server.requests.map(\.connection) == [0, 0])
            #expect(server.requests.map(\.target) == ["/", "/x"])
            #expect(server.requests.first?.fields == ["Host: \(server.address)"])
        }
    }

    @Test("Hosts that refuse, hang or talk nonsense are given up, and asked again when needed")
    func failures() throws {
        let gone = try LoopbackServer(answers: [Answer(200)])
        let goneURL = gone.url
        gone.stop()
        let silent = try LoopbackServer { connection in
            if connection.number == 0 { return connection.waitForEnd() }
            while connection.readRequest() != nil { connection.send(Answer(200)) }
        }
        let nonsense = try LoopbackServer { connection in
            if connection.number == 0 { return connection.send("nonsense\r\n\r\n") }
            while connection.readRequest() != nil { connection.send(Answer(200)) }
        }
        let good = try LoopbackServer(answers: [Answer(200)])
        let failures = client.warm([
            goneURL, silent.url, nonsense.url, good.url, "https://\(silent.address)", "no URL",
        ])
        #expect(failures.count == 5)
        for url in [goneURL, silent.url, nonsense.url] {
            #expect(failures.contains { $0.hasPrefix("Warming.\(url) ") }, "\(failures)")
        }
        for server in [silent, nonsense, good] {
            #expect(try client.send(HTTPRequest(.get, server.url, name: name)).status == 200)
        }
        #expect(good.connectionCount == 1)
    }
}
