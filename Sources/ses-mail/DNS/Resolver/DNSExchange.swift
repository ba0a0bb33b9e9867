// Its headers define the socket addresses.
internal import CResolv

#if canImport(Glibc)
    internal import Glibc
#endif

/// One question to one server, by UDP or TCP, which ends at its deadline whatever the server sends.
struct DNSExchange {
    /// The reason why there is no answer, as the end of a sentence.
    struct Failure: Error, Equatable {
        let reason: String
        /// Whether another try may succeed: the time is over, and the server has not answered.
        var isSilence = false
    }

    let server: ServerAddress
    let query: DNSQuery
    /// On the monotonic clock.
    let deadlineSeconds: Double

    /// The first datagram that answers the question; others are ignored.
    func byDatagram() throws(Failure) -> [UInt8] {
        let descriptor = try connected(Int32(SOCK_DGRAM.rawValue))
        defer { close(descriptor) }
        try sendAll(query.bytes, descriptor)
        var strangers = 0
        while true {
            guard wait(descriptor, Int16(POLLIN)) else { throw silence(strangers) }
            let message: [UInt8]
            switch receive(descriptor, limit: 1 << 16) {
            case .bytes(let bytes): message = bytes
            case .again: continue
            case .failed(let code): throw Failure(reason: String(cString: strerror(code)))
            }
            if query.isAnswered(by: message) { return message }
            strangers += 1
        }
    }

    /// The first message of a stream that answers the question, each behind its length
    /// (RFC 1035 §4.2.2).
    func byStream() throws(Failure) -> [UInt8] {
        let descriptor = try connected(Int32(SOCK_STREAM.rawValue))
        defer { close(descriptor) }
        try sendAll(UInt16(query.bytes.count).bigEndianBytes + query.bytes, descriptor)
        var strangers = 0
        while true {
            let size = try read(2, descriptor, strangers)
            let message = try read(Int(size[0]) << 8 | Int(size[1]), descriptor, strangers)
            if query.isAnswered(by: message) { return message }
            strangers += 1
        }
    }

    private func silence(_ strangers: Int) -> Failure {
        strangers == 0
            ? Failure(reason: "no answer in time", isSilence: true)
            : Failure(reason: "no answer in time, only messages that do not answer the question")
    }

    /// A socket that receives from this server only.
    private func connected(_ type: Int32) throws(Failure) -> Int32 {
        let options = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(server.family, type | Int32(options), 0)
        var code = descriptor < 0 ? errno : 0
        if code == 0, server.withSockaddr({ connect(descriptor, $0, $1) }) != 0 {
            code = errno
        }
        if code == EINPROGRESS {
            var size = socklen_t(MemoryLayout<Int32>.size)
            if !wait(descriptor, Int16(POLLOUT)) {
                code = ETIMEDOUT
            } else if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) != 0 {
                code = errno
            }
        }
        guard code == 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw Failure(reason: String(cString: strerror(code)))
        }
        return descriptor
    }

    private func sendAll(_ bytes: [UInt8], _ descriptor: Int32) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                guard wait(descriptor, Int16(POLLOUT)) else { throw silence(0) }
            } else if errno != EINTR {
                throw Failure(reason: String(cString: strerror(errno)))
            }
        }
    }

    private func read(
        _ count: Int, _ descriptor: Int32, _ strangers: Int
    ) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard wait(descriptor, Int16(POLLIN)) else { throw silence(strangers) }
            switch receive(descriptor, limit: count - bytes.count) {
            case .bytes(let more) where more.isEmpty:
                throw Failure(reason: "the connection was closed before the answer was whole")
            case .bytes(let more): bytes += more
            case .again: continue
            case .failed(let code): throw Failure(reason: String(cString: strerror(code)))
            }
        }
        return bytes
    }

    private enum Received {
        case bytes([UInt8])
        case again
        case failed(Int32)
    }

    private func receive(_ descriptor: Int32, limit: Int) -> Received {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        if count >= 0 { return .bytes(Array(buffer[..<count])) }
        return errno == EINTR || errno == EAGAIN ? .again : .failed(errno)
    }

    /// Whether the socket is ready before the time is over. Late messages are ignored, so that a
    /// server that never stops sending cannot hold the program.
    private func wait(_ descriptor: Int32, _ events: Int16) -> Bool {
        while true {
            let left = deadlineSeconds - Clock.monotonicSeconds()
            guard left > 0 else { return false }
            var waiting = pollfd(fd: descriptor, events: events, revents: 0)
            if poll(&waiting, 1, Int32(left * 1000) + 1) > 0 { return true }
        }
    }
}
