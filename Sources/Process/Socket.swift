internal import Glibc

/// A socket of UDP or TCP, closed with its owner. A write to a peer that has gone is an error, and
/// no signal.
package struct Socket: ~Copyable {
    package let descriptor: Descriptor

    /// No call waits by itself, and none ends in SIGPIPE.
    private static let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)

    package enum Kind {
        case datagram
        case stream
    }

    fileprivate init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    fileprivate init(_ kind: Kind, family: Int32) throws(SystemError) {
        let type = kind == .datagram ? SOCK_DGRAM : SOCK_STREAM
        let options = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let opened = socket(family, Int32(type.rawValue | options), 0)
        guard opened >= 0 else { throw .last }
        descriptor = Descriptor(opened)
    }

    deinit {
        close(descriptor.number)
    }

    /// A socket that is connected to an address: it receives from there only.
    /// - Parameter deadlineSeconds: on the monotonic clock.
    package static func connected(
        _ kind: Kind, to address: SocketAddress, deadlineSeconds: Double
    ) throws(SystemError) -> Socket {
        let socket = try Socket(kind, family: address.family)
        let number = socket.descriptor.number
        if address.withSockaddr({ connect(number, $0, $1) }) == 0 { return socket }
        let error = SystemError.last
        guard error.code == EINPROGRESS else { throw error }
        guard socket.descriptor.wait(for: .writing, deadlineSeconds: deadlineSeconds) else {
            throw .timedOut
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { throw .last }
        guard code == 0 else { throw SystemError(code: code) }
        return socket
    }

    /// Sends all bytes.
    /// - Throws: `SystemError.timedOut` if the deadline came before.
    package func send(_ bytes: [UInt8], deadlineSeconds: Double) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor.number, $0.baseAddress, $0.count, Self.flags)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let error = SystemError.last
            guard error.isPassing else { throw error }
            guard descriptor.wait(for: .writing, deadlineSeconds: deadlineSeconds) else {
                throw .timedOut
            }
        }
    }

    /// Receives a datagram, or the next bytes of a stream.
    /// - Returns: the bytes, empty at the end of a stream; nil if the deadline came before.
    package func receive(limit: Int, deadlineSeconds: Double) throws(SystemError) -> [UInt8]? {
        while descriptor.wait(for: .reading, deadlineSeconds: deadlineSeconds) {
            if let bytes = try receive(limit: limit) { return bytes }
        }
        return nil
    }

    /// Receives what has arrived.
    /// - Returns: the bytes, empty at the end of a stream; nil if nothing has arrived.
    package func receive(limit: Int) throws(SystemError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor.number, &buffer, limit, Self.flags)
        if count >= 0 { return Array(buffer[..<count]) }
        let error = SystemError.last
        guard error.isPassing else { throw error }
        return nil
    }

    /// Tells the peer that nothing more is sent.
    package func endWriting() {
        shutdown(descriptor.number, Int32(SHUT_WR))
    }
}

/// A socket of TCP that listens on a port of 127.0.0.1, closed with its owner.
package struct ListeningSocket: ~Copyable {
    package let port: UInt16
    private let socket: Socket

    package var descriptor: Descriptor { socket.descriptor }

    /// Listens on a port that the system chooses.
    package init() throws(SystemError) {
        let socket = try Socket(.stream, family: AF_INET)
        let number = socket.descriptor.number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(number, address, size) == 0 && listen(number, 64) == 0
                    && getsockname(number, address, &size) == 0
            }
        }
        guard isListening else { throw .last }
        port = UInt16(bigEndian: address.sin_port)
        self.socket = socket
    }

    /// Takes the next connection; nil if the peer has closed it already.
    package func accept() -> Socket? {
        let accepted = Descriptor(Glibc.accept(socket.descriptor.number, nil, nil))
        guard accepted.number >= 0 else { return nil }
        accepted.keepFromChildren()
        return Socket(accepted)
    }
}
