internal import Foundation
internal import Synchronization

/// A server on 127.0.0.1 that behaves as a test tells it to, well or badly.
///
/// It runs on threads of its own: a test blocks in libcurl, and a server on Swift's two or three
/// cooperative threads would wait for it for ever. It lives until it is stopped, or the process
/// ends.
package final class LoopbackServer: Sendable {
    package let port: UInt16
    private let state: State

    /// `http://127.0.0.1:port`, or `https:` where it has a certificate.
    package var url: String { "\(scheme)://\(address)" }
    private let scheme: String
    package var address: String { "127.0.0.1:\(port)" }

    /// Every request that was read whole, in order.
    package var requests: [ReceivedRequest] { state.content.withLock { $0.requests } }
    package var connectionCount: Int { state.content.withLock { $0.connectionCount } }

    /// How many connections are being served now.
    package var openConnectionCount: Int { state.content.withLock { $0.openDescriptors.count } }

    /// - Parameters:
    ///   - identity: the certificate of a server that speaks TLS.
    ///   - serve: is given each connection, which is closed when it returns.
    package init(
        identity: TestAuthority.Identity? = nil, serve: @escaping @Sendable (Connection) -> Void
    ) throws {
        let listener = try LoopbackSocket.listening()
        port = LoopbackSocket.port(of: listener)
        let state = State(listener: listener, context: identity.map(TLSContext.init))
        self.state = state
        scheme = identity == nil ? "http" : "https"
        Thread { state.acceptAll(serve) }.start()
    }

    /// Keeps each connection and answers request after request with whole answers.
    package convenience init(
        identity: TestAuthority.Identity? = nil,
        answer: @escaping @Sendable (ReceivedRequest) -> Answer
    ) throws {
        try self.init(identity: identity) { connection in
            while let request = connection.readRequest() { connection.send(answer(request)) }
        }
    }

    /// Gives the answers one after the other, and the last again and again.
    package convenience init(
        identity: TestAuthority.Identity? = nil, answers: [Answer]
    ) throws {
        let index = Mutex(0)
        try self.init(identity: identity) { request in
            index.withLock { index in
                defer { index += 1 }
                return answers[min(index, answers.count - 1)]
            }
        }
    }

    /// Ends the server and every connection that is open.
    package func stop() {
        state.stop()
    }

    final class State: Sendable {
        struct Content {
            var requests: [ReceivedRequest] = []
            var connectionCount = 0
            var openDescriptors: Set<Int32> = []
            var isStopped = false
        }

        let content = Mutex(Content())
        private let listener: Int32
        private let context: TLSContext?

        init(listener: Int32, context: TLSContext?) {
            self.listener = listener
            self.context = context
        }

        func acceptAll(_ serve: @escaping @Sendable (Connection) -> Void) {
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 && errno == EINTR { continue }
                guard descriptor >= 0 else { break }
                let number: Int? = content.withLock { content in
                    guard !content.isStopped else { return nil }
                    content.openDescriptors.insert(descriptor)
                    defer { content.connectionCount += 1 }
                    return content.connectionCount
                }
                guard let number else {
                    close(descriptor)
                    break
                }
                Thread { [self] in
                    if let stream = Stream(descriptor, context: context) {
                        serve(Connection(stream: stream, number: number, state: self))
                        stream.end()
                    }
                    self.end(descriptor)
                }.start()
            }
            close(listener)
        }

        func end(_ descriptor: Int32) {
            let wasOpen = content.withLock { $0.openDescriptors.remove(descriptor) != nil }
            if wasOpen { close(descriptor) }
        }

        func stop() {
            content.withLock { content in
                guard !content.isStopped else { return }
                content.isStopped = true
                shutdown(listener, Int32(SHUT_RDWR))
                for descriptor in content.openDescriptors {
                    shutdown(descriptor, Int32(SHUT_RDWR))
                }
            }
        }
    }
}
