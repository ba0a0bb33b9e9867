// Whose headers define the socket addresses, where a compiler sees both.
internal import CResolv

#if canImport(Glibc)
    internal import Glibc
#endif

/// A small HTTP server on 127.0.0.1 that reads standard input too: it waits for a browser's request
/// or a line that a person types, until its time is over.
final class LoopbackListener {
    /// What has happened.
    enum Event {
        /// A whole request; its connection waits for a page.
        case request(method: String, target: String, LoopbackConnection)
        /// A browser that wants TLS, which is not supported here.
        case encrypted(LoopbackConnection)
        /// A browser that has sent more than is read.
        case tooMuch(LoopbackConnection)
        case line(String)
        case timeOut
    }

    let port: UInt16
    private let descriptor: Int32
    private let deadline: Double
    private var connections: [LoopbackConnection] = []
    /// nil once it has ended; without a terminal it ends at once.
    private var input: LineBuffer? = LineBuffer()

    /// A browser opens some connections ahead of need; beyond the limit the oldest is closed.
    private static let connectionLimit = 16

    /// Listens on a port that the system chooses.
    init(timeoutSeconds: Int) throws {
        deadline = Clock.monotonicSeconds() + Double(timeoutSeconds)
        let options = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | options), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard descriptor >= 0, isListening else {
            let reason = String(cString: strerror(errno))
            throw Failure(.failed, "Cannot listen on a port of 127.0.0.1: \(reason).")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Waits for the next event.
    func next() -> Event {
        while true {
            if let event = pending() { return event }
            let secondsLeft = deadline - Clock.monotonicSeconds()
            guard secondsLeft > 0 else { return .timeOut }
            var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
            waiting.append(
                pollfd(fd: input == nil ? -1 : 0, events: Int16(POLLIN), revents: 0))
            waiting += connections.map {
                pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
            }
            let count = poll(
                &waiting, nfds_t(waiting.count), Int32(min(secondsLeft * 1000 + 1, 60_000)))
            guard count > 0 else { continue }
            let ready = waiting.map { $0.revents != 0 }
            for (connection, isReady) in zip(connections, ready.dropFirst(2)) where isReady {
                connection.read()
            }
            connections.removeAll { $0.hasEnded }
            if ready[1] { input?.read() }
            if ready[0] { accept() }
        }
    }

    /// The event that has arrived completely already.
    private func pending() -> Event? {
        for (index, connection) in connections.enumerated() {
            guard let arrival = connection.arrival else { continue }
            connections.remove(at: index)
            return switch arrival {
            case .request(let method, let target):
                .request(method: method, target: target, connection)
            case .encrypted: .encrypted(connection)
            case .tooMuch: .tooMuch(connection)
            }
        }
        if let line = input?.nextLine() { return .line(line) }
        if input?.hasEnded == true { input = nil }
        return nil
    }

    private func accept() {
        let accepted = Glibc.accept(descriptor, nil, nil)
        // The browser closed it before it was accepted.
        guard accepted >= 0 else { return }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        if connections.count == Self.connectionLimit { connections.removeFirst() }
        connections.append(LoopbackConnection(accepted))
    }
}

/// The lines that arrive on standard input.
struct LineBuffer {
    private(set) var hasEnded = false
    private var bytes: [UInt8] = []

    private static let lineLimit = 16 << 10

    mutating func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(0, &buffer, buffer.count)
        if count < 0 && errno == EINTR { return }
        guard count > 0 else {
            hasEnded = true
            // A last line may lack its end.
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
            return
        }
        bytes += buffer[..<count]
        if bytes.count > Self.lineLimit { bytes.removeAll() }
    }

    mutating func nextLine() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        return line
    }
}
