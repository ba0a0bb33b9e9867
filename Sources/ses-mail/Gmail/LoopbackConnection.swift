internal import HTTP

#if canImport(Glibc)
    internal import Glibc
#endif

/// What does one browser's connection ask for? It ends with its owner.
final class LoopbackConnection {
    let descriptor: Int32
    private(set) var hasEnded = false
    private var head: [UInt8] = []

    private static let headLimit = 16 << 10

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes what has arrived; what is longer than any browser's request has no answer.
    func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 && errno == EINTR { return }
        guard count > 0, head.count + count <= Self.headLimit else {
            hasEnded = true
            return
        }
        head += buffer[..<count]
    }

    /// The request line, once all of the head is there; a body is not waited for.
    var request: (method: String, target: String)? {
        guard head[...].firstRange(ofBytes: Array("\r\n\r\n".utf8)) != nil else { return nil }
        let words = head.prefix { $0 != UInt8(ascii: "\r") }.split(separator: UInt8(ascii: " "))
        guard words.count == 3 else { return ("", "") }
        return (
            String(decoding: words[0], as: UTF8.self), String(decoding: words[1], as: UTF8.self)
        )
    }

    /// Shows a page, which is small enough to fit into the socket.
    func show(_ page: BrowserPage) {
        var rest = page.bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            // The browser has gone; the terminal tells the same.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }
}
