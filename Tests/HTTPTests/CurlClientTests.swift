import HTTP
import TestSupport
import Testing

@Suite(.waiting)
struct CurlClientTests {
    private let client = CurlClient()
    private let name = CallName("Test", "call")

    @Test(
        "Any status is an answer, and no redirect is followed",
        arguments: [200, 204, 302, 404, 500])
    func statuses(status: Int) throws {
        let server = try LoopbackServer(
            answers: [Answer(status, ["Location: /other", "X-A: 1", "x-a: 2", "X-B:"])])
        let response = try client.send(request(server, "/a?b=c"))
        #expect(response.status == status)
        #expect(response.isSuccess == (status < 300))
        #expect(response.headers["x-A"] == "1")
        #expect(response.headers["X-b"] == "")
        #expect(response.headers.fields.map(\.name).filter { $0.lowercased() == "x-a" }.count == 2)
        #expect(server.requests.map(\.target) == ["/a?b=c"])
    }

    @Test("A request is sent as it stands, and nothing is added but what must be")
    func whole() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        var post = HTTPRequest(
            .post, server.url + "/a/../b//%2e%2E/./c?d=%2f&e",
            headers: ["X-Empty": "", "X-A": "é"],
            name: name)
        _ = try client.send(post)
        post.method = .put
        post.body = HTTPBody("text")
        _ = try client.send(post)
        for method in [HTTPMethod.get, .delete] {
            _ = try client.send(request(server, "/", method))
        }
        #expect(
            server.requests.map { "\($0.head)\r\n\r\n\($0.bodyText)" } == [
                """
                POST /a/../b//%2e%2E/./c?d=%2f&e HTTP/1.1\r
                Host: \(server.address)\r
                X-Empty:\r
                X-A: é\r
                Content-Length: 0\r
                \r

                """,
                """
                PUT /a/../b//%2e%2E/./c?d=%2f&e HTTP/1.1\r
                Host: \(server.address)\r
                X-Empty:\r
                X-A: é\r
                Content-Length: 4\r
                \r
                text
                """,
                "GET / HTTP/1.1\r\nHost: \(server.address)\r\n\r\n",
                "DELETE / HTTP/1.1\r\nHost: \(server.address)\r\n\r\n",
            ])
    }

    @Test(
        "A field that would become two is refused, and not shown",
        arguments: [
            ("X-A", "b\r\nX-C: secret"), ("X-A", "b\nsecret"), ("X-A", "secret\r"),
            ("X-A", "secret\0"), ("X-A\r\nX-B", "secret"), ("X-A\0", "secret"),
        ])
    func injection(field: String, value: String) throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        var request = request(server)
        request.headers.add(field, value)
        let error = #expect(throws: HTTPError.self) { try client.send(request) }
        guard case .misconfigured? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(error?.description.contains("secret") == false)
        #expect(server.connectionCount == 0)
    }

    @Test(
        "What is no URL of ours is refused",
        arguments: ["", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a\r\nb/", "x"])
    func urls(url: String) throws {
        _ = try client.send(request(LoopbackServer(answers: [Answer(200)])))
        let error = #expect(throws: HTTPError.self) {
            try client.send(HTTPRequest(.get, url, name: name))
        }
        #expect(error?.isOutcomeUnknown == false)
    }

    @Test("A chunked answer is put together")
    func chunked() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            connection.send("b;x=y\r\n01234567890\r\n0\r\nX-Trailer: z\r\n\r\n")
        }
        let response = try client.send(request(server))
        #expect(String(decoding: response.body, as: UTF8.self) == "abc01234567890")
    }

    @Test("What is said before the final answer is forgotten")
    func continued() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 100 Continue\r\nX-A: early\r\n\r\n")
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            connection.send(Answer(201, ["X-A: late"], "body"))
        }
        let response = try client.send(request(server, "/", .put, HTTPBody("x")))
        #expect(response.status == 201)
        #expect(response.headers["X-A"] == "late")
        #expect(response.headers["Link"] == nil)
        #expect(response.body == Array("body".utf8))
    }

    @Test("A large body never waits for a 100")
    func noExpect() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        let large = HTTPBody([UInt8](repeating: 7, count: 3 << 20))
        _ = try client.send(request(server, "/", .post, large))
        #expect(server.requests.first?.header("Expect") == nil)
        #expect(server.requests.first?.header("Transfer-Encoding") == nil)
        #expect(server.requests.first?.body.count == 3 << 20)
    }

    @Test("A longer answer than is taken is an error", arguments: [99, 100, 101])
    func tooLarge(count: Int) throws {
        let server = try LoopbackServer(
            answers: [Answer(200, [], String(repeating: "x", count: count))])
        var request = request(server)
        request.responseBody = .memory(limit: 100)
        let outcome = Result { () throws(HTTPError) in try client.send(request) }
        switch outcome {
        case .success(let response): #expect(response.body.count == count && count <= 100)
        case .failure(let error): #expect(error == .bodyTooLarge(name) && count > 100)
        }
    }

    private func request(
        _ server: LoopbackServer, _ path: String = "/", _ method: HTTPMethod = .get,
        _ body: HTTPBody = .empty
    ) -> HTTPRequest {
        HTTPRequest(method, server.url + path, body: body, name: name)
    }
}
