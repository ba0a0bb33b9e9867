internal import Foundation

/// Sockets on 127.0.0.1, on ports that the system chooses.
enum LoopbackSocket {
    struct Failure: Error {
        let step: String
        let code: Int32
    }

    static func listening() throws -> Int32 {
        let descriptor = try bound(Int32(SOCK_STREAM.rawValue))
        guard listen(descriptor, 16) == 0 else { throw Failure(step: "listen", code: errno) }
        return descriptor
    }

    static func bound(_ type: Int32, port: UInt16 = 0) throws -> Int32 {
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(step: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(step: "bind", code: errno) }
        return descriptor
    }

    static func connected(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(step: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw Failure(step: "connect", code: errno)
        }
        return descriptor
    }

    static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// Hears what is sent to it by UDP, as X-Ray's daemon does.
package final class DatagramReceiver: Sendable {
    package let port: UInt16
    package var address: String { "127.0.0.1:\(port)" }
    private let descriptor: Int32

    package init() throws {
        descriptor = try LoopbackSocket.bound(Int32(SOCK_DGRAM.rawValue))
        port = LoopbackSocket.port(of: descriptor)
    }

    deinit {
        close(descriptor)
    }

    /// The next datagram that has arrived; nil where there is none. On the loopback device a
    /// datagram has arrived when `sendto` returns.
    package func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}
