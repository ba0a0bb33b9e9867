import TestSupport
import Testing

@testable import HTTP

@Suite(.waiting)
struct FileBodyTests {
    private let client = CurlClient()
    private let name = CallName("Test", "call")

    @Test("A body goes out in parts, out of memory and out of a file, from any offset")
    func parts() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = ScratchFile(content)
        let body = HTTPBody(parts: [
            .bytes(Array("before".utf8)), .bytes([]),
            .file(descriptor: file.descriptor, offset: 0, count: 300_000),
            .file(descriptor: file.descriptor, offset: 299_990, count: 10),
            .file(descriptor: file.descriptor, offset: 5, count: 0), .bytes(Array("after".utf8)),
        ])
        #expect(body.count == 300_021)
        #expect(body.bytes == nil)
        _ = try client.send(HTTPRequest(.post, server.url, body: body, name: name))
        let expected =
            Array("before".utf8) + content + content[299_990...] + Array("after".utf8)
        #expect(server.requests.first?.body == expected)
        #expect(server.requests.first?.header("Content-Length") == "300021")
    }

    @Test("A body is sent from its start again on another connection")
    func rewound() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Answer(200))
            _ = connection.readRequest()
        }
        let file = ScratchFile([UInt8](repeating: 9, count: 200_000))
        let body = HTTPBody(parts: [
            .bytes([1, 2, 3]), .file(descriptor: file.descriptor, offset: 0, count: 200_000),
        ])
        let request = HTTPRequest(.put, server.url, body: body, name: name)
        _ = try client.send(request)
        #expect(try client.send(request).status == 200)
        #expect(server.requests.map(\.connection) == [0, 0, 1])
        #expect(Set(server.requests.map(\.body)).count == 1)
        #expect(server.requests.last?.body.count == 200_003)
    }

    @Test("A file that is shorter than announced is an error, not a hanging request")
    func short() throws {
        let server = try LoopbackServer(answers: [Answer(200)])
        let file = ScratchFile([1, 2, 3])
        let body = HTTPBody(parts: [.file(descriptor: file.descriptor, offset: 0, count: 4)])
        #expect(
            throws: HTTPError.fileFailed(name, reason: "it is shorter than announced")
        ) { try client.send(HTTPRequest(.post, server.url, body: body, name: name)) }
        #expect(server.requests.isEmpty)
    }

    @Test("What fits is handed out at once, however many parts it has")
    func filled() throws {
        let file = ScratchFile(Array("file".utf8))
        let parts: [HTTPBody.Part] = [
            .bytes(Array("one ".utf8)), .file(descriptor: file.descriptor, offset: 0, count: 4),
            .bytes([]), .bytes(Array(" two".utf8)),
        ]
        let request = HTTPRequest(.post, "", body: HTTPBody(parts: parts), name: name)
        for (space, pieces) in [(64, ["one file two"]), (6, ["one fi", "le two"])] {
            let transfer = Transfer(request)
            let context = Unmanaged.passUnretained(transfer).toOpaque()
            for piece in pieces + [""] {
                var bytes = [CChar](repeating: 0, count: space)
                let count = Transfer.sendBody(&bytes, 1, space, context)
                #expect(bytes[..<count].map(UInt8.init(bitPattern:)) == Array(piece.utf8))
            }
        }
    }

    @Test("The text of an error is kept up to a mebibyte", arguments: [0, 1])
    func errorText(excess: Int) throws {
        let server = try LoopbackServer(
            answers: [Answer(404, [], String(repeating: "x", count: (1 << 20) + excess))])
        let file = ScratchFile([])
        var request = HTTPRequest(.get, server.url, name: name)
        request.responseBody = .file(descriptor: file.descriptor, limit: 4 << 20)
        switch Result(catching: { () throws(HTTPError) in try client.send(request) }) {
        case .success(let response): #expect(response.body.count == 1 << 20 && excess == 0)
        case .failure(let error): #expect(error == .bodyTooLarge(name) && excess == 1)
        }
        #expect(file.content.isEmpty)
    }

    @Test("A success goes to the file, and leaves nothing of what was in it")
    func toFile() throws {
        let content = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let server = try LoopbackServer(answers: [Answer(200, [], content), Answer(200, [], "x")])
        let file = ScratchFile([UInt8](repeating: 1, count: 600_000))
        let response = try client.send(request(server, file))
        #expect(response.body.isEmpty)
        #expect(file.content == content)
        _ = try client.send(request(server, file))
        #expect(file.content == [UInt8(ascii: "x")])
    }

    @Test("An error's text stays in memory, and the file empty")
    func errorToMemory() throws {
        let server = try LoopbackServer(answers: [Answer(404, [], "<Error/>")])
        let file = ScratchFile([1, 2, 3])
        let response = try client.send(request(server, file))
        #expect(response.body == Array("<Error/>".utf8))
        #expect(file.content.isEmpty)
    }

    @Test("What a broken attempt has left is gone when the next one succeeds")
    func retried() throws {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            if connection.number == 0 {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
            } else {
                connection.send(Answer(200, [], "whole"))
            }
        }
        let file = ScratchFile()
        let retrying = RetryingClient(client, pacing: FakeTime().pacing) { _ in .accept }
        _ = try retrying.send(request(server, file))
        #expect(file.content == Array("whole".utf8))
        #expect(server.connectionCount == 2)
    }

    @Test("More bytes than the file takes are an error", arguments: [9, 10, 11])
    func limit(count: Int) throws {
        let server = try LoopbackServer(
            answers: [Answer(200, [], String(repeating: "x", count: count))])
        let file = ScratchFile()
        let outcome = Result { () throws(HTTPError) in
            try client.send(request(server, file, limit: 10))
        }
        switch outcome {
        case .success: #expect(count <= 10 && file.content.count == count)
        case .failure(let error): #expect(count > 10 && error == .bodyTooLarge(name))
        }
    }

    @Test("A file that cannot be written is an error")
    func unwritable() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "x")])
        var request = HTTPRequest(.get, server.url, name: name)
        request.responseBody = .file(descriptor: -1, limit: 10)
        let error = #expect(throws: HTTPError.self) { try client.send(request) }
        guard case .fileFailed? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    private func request(
        _ server: LoopbackServer, _ file: ScratchFile, limit: Int64 = 1 << 20
    ) -> HTTPRequest {
        var request = HTTPRequest(.get, server.url, name: name)
        request.responseBody = .file(descriptor: file.descriptor, limit: limit)
        return request
    }
}
