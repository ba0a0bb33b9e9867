internal import Process

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

    var port: UInt16 { socket.port }

    private let socket: ListeningSocket
    private let deadline: Double
    private var connections: [LoopbackConnection] = []
    /// nil once it has ended; without a terminal it ends at once.
    private var input: LineBuffer? = LineBuffer()

    /// A browser opens some connections ahead of need; beyond the limit the oldest is closed.
    private static let connectionLimit = 16

    /// Listens on a port that the system chooses.
    init(timeoutSeconds: Int) throws {
        deadline = Clock.monotonicSeconds() + Double(timeoutSeconds)
        do {
            socket = try ListeningSocket()
        } catch {
            throw Failure(.failed, "Cannot listen on a port of 127.0.0.1: \(error).")
        }
    }

    /// Waits for the next event.
    func next() -> Event {
        while true {
            if let event = pending() { return event }
            let secondsLeft = deadline - Clock.monotonicSeconds()
            guard secondsLeft > 0 else { return .timeOut }
            let ready = Descriptor.wait(
                toRead: [socket.descriptor, input == nil ? nil : .standardInput]
                    + connections.map(\.descriptor), secondsLeft: secondsLeft)
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
        // The browser may have closed it before it was accepted.
        guard let connection = LoopbackConnection(accepting: socket) else { return }
        if connections.count == Self.connectionLimit { connections.removeFirst() }
        connections.append(connection)
    }
}

/// The lines that arrive on standard input.
struct LineBuffer {
    private(set) var hasEnded = false
    private var bytes: [UInt8] = []

    private static let lineLimit = 16 << 10

    mutating func read() {
        let more: [UInt8]
        do {
            guard let read = try Descriptor.standardInput.read(limit: 4096) else { return }
            more = read
        } catch {
            // An input that cannot be read has ended.
            more = []
        }
        guard !more.isEmpty else {
            hasEnded = true
            // A last line may lack its end.
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
            return
        }
        bytes += more
        if bytes.count > Self.lineLimit { bytes.removeAll() }
    }

    mutating func nextLine() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        return line
    }
}
