internal import Glibc

/// An address of the Internet without a port.
package struct IPAddress: Equatable, Sendable, CustomStringConvertible {
    package let isIPv6: Bool
    /// The address in the one form that the system writes.
    package let description: String
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    /// Nil if the text is neither an IPv4 nor an IPv6 address.
    package init?(_ text: String) {
        // A text in C ends at its first zero byte.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            isIPv6 = true
        } else {
            return nil
        }
        self.bytes = Array(bytes.prefix(isIPv6 ? 16 : 4))
        var written = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &written, socklen_t(written.count))
        description = String(terminated: written)
    }
}

/// The address of a socket: a host and a port.
package struct SocketAddress: Equatable, Sendable {
    /// A `sockaddr` of the address's family, as the system calls take it.
    private let bytes: [UInt8]

    /// The reason why a host has no address, as the system tells it.
    package struct LookUpError: Error, Equatable {
        package let reason: String
    }

    /// The addresses that a host name may mean.
    package enum Hosts {
        /// A numeric address only; nothing is looked up.
        case numeric
        /// Of a name, an address that this machine can reach.
        case reachable
    }

    /// The first address of a host.
    package init(host: String, port: UInt16, _ hosts: Hosts) throws(LookUpError) {
        var hints = addrinfo()
        hints.ai_flags = (hosts == .numeric ? AI_NUMERICHOST : AI_ADDRCONFIG) | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &list)
        guard status == 0, let first = list?.pointee else {
            throw LookUpError(reason: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        bytes = Array(
            UnsafeRawBufferPointer(start: first.ai_addr, count: Int(first.ai_addrlen)))
    }

    /// The address that a `sockaddr_storage` holds; nil for a family that is not the Internet's.
    package init?(storage: UnsafeRawBufferPointer) {
        guard storage.count == MemoryLayout<sockaddr_storage>.size else { return nil }
        switch Int32(storage.loadUnaligned(as: sockaddr_storage.self).ss_family) {
        case AF_INET: bytes = Array(storage.prefix(MemoryLayout<sockaddr_in>.size))
        case AF_INET6: bytes = Array(storage.prefix(MemoryLayout<sockaddr_in6>.size))
        default: return nil
        }
    }

    /// `AF_INET` or `AF_INET6`.
    var family: Int32 { withSockaddr { address, _ in Int32(address.pointee.sa_family) } }

    /// The host in digits; nil if the system cannot write it.
    package var numericHost: String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = withSockaddr {
            getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        }
        return status == 0 ? String(terminated: text) : nil
    }

    /// Passes the address in the form of the system calls.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(bytes.count))
            }
        }
    }
}

extension String {
    /// The text before the zero byte that ends it in C.
    fileprivate init(terminated text: [CChar]) {
        self.init(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
