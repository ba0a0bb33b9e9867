internal import Foundation
internal import Synchronization

/// One connection of a `LoopbackServer`, seen from the server.
package final class Connection {
    /// 0 for the server's first connection.
    package let number: Int
    private let stream: Stream
    private let state: LoopbackServer.State
    private var unread: [UInt8] = []

    init(stream: Stream, number: Int, state: LoopbackServer.State) {
        self.stream = stream
        self.number = number
        self.state = state
    }

    /// The next request, whole, or nil where the client has gone.
    package func readRequest() -> ReceivedRequest? {
        guard let request = readHead() else { return nil }
        let count = request.header("Content-Length").flatMap { Int($0) } ?? 0
        while unread.count < count {
            guard readMore() else { return nil }
        }
        let whole = request.with(body: Array(unread.prefix(count)))
        unread.removeFirst(count)
        state.content.withLock { $0.requests.append(whole) }
        return whole
    }

    /// The next request's head; its body is not waited for.
    package func readHead() -> ReceivedRequest? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let headEnd = unread.firstIndex(of: end) {
                let head = String(decoding: unread[..<headEnd], as: UTF8.self)
                unread.removeFirst(headEnd + end.count)
                return ReceivedRequest(connection: number, head: head, body: [])
            }
            guard readMore() else { return nil }
        }
    }

    package func send(_ answer: Answer) {
        send(answer.bytes)
    }

    package func send(_ text: String) {
        send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) {
        stream.write(bytes)
    }

    /// The next bytes of a body, at least this many; false where the client has gone before.
    package func readBody(atLeast count: Int) -> Bool {
        while unread.count < count {
            guard readMore() else { return false }
        }
        return true
    }

    /// Passes bytes on, to and from this port of 127.0.0.1, until one side has ended.
    package func relay(to port: UInt16) throws {
        let descriptor = try LoopbackSocket.connected(to: port)
        defer { close(descriptor) }
        guard let there = Stream(descriptor, context: nil) else { return }
        nonisolated(unsafe) let here = stream
        nonisolated(unsafe) let other = there
        let isBack = DispatchSemaphore(value: 0)
        Thread {
            while let bytes = other.read() { here.write(Array(bytes)) }
            shutdown(here.descriptor, Int32(SHUT_RDWR))
            isBack.signal()
        }.start()
        while let bytes = here.read() { there.write(Array(bytes)) }
        shutdown(descriptor, Int32(SHUT_RDWR))
        isBack.wait()
    }

    /// Has the connection end with a reset and no farewell when it is closed.
    package func abort() {
        stream.abort()
    }

    /// Whether the client resumed the TLS session of an earlier connection.
    package var isResumed: Bool { stream.isResumed }

    /// Returns when the client has closed, or the server was stopped.
    package func waitForEnd() {
        while readMore() {}
    }

    private func readMore() -> Bool {
        guard let bytes = stream.read() else { return false }
        unread += bytes
        return true
    }
}

/// A request as it came over the wire.
package struct ReceivedRequest: Equatable, Sendable {
    package let connection: Int
    /// Request line and header fields, without the empty line.
    package let head: String
    package let body: [UInt8]

    package var bodyText: String { String(decoding: body, as: UTF8.self) }
    package var method: String { String(requestLine.prefix { $0 != " " }) }
    package var target: String { String(requestLine.dropFirst(method.count + 1).dropLast(9)) }
    package var requestLine: String { lines.first ?? "" }

    /// The header fields, each as it stood on its line.
    package var fields: [String] { Array(lines.dropFirst()) }
    private var lines: [String] { head.components(separatedBy: "\r\n") }

    /// The value of the field of that name, in any case.
    package func header(_ name: String) -> String? {
        fields.first { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    func with(body: [UInt8]) -> ReceivedRequest {
        ReceivedRequest(connection: connection, head: head, body: body)
    }
}

/// A whole answer.
package struct Answer: Sendable {
    let bytes: [UInt8]

    package init(_ status: Int, _ fields: [String] = [], _ body: String = "") {
        self.init(status, fields, Array(body.utf8))
    }

    package init(_ status: Int, _ fields: [String] = [], _ body: [UInt8]) {
        let head = ["HTTP/1.1 \(status) Status"] + fields + ["Content-Length: \(body.count)"]
        bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

extension [UInt8] {
    fileprivate func firstIndex(of needle: [UInt8]) -> Int? {
        guard count >= needle.count else { return nil }
        return (0...(count - needle.count)).first { start in
            self[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}
