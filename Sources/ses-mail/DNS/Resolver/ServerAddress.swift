internal import ArgumentParser
internal import CResolv

#if canImport(Glibc)
    internal import Glibc
#endif

/// The address of a DNS server: `HOST`, `HOST:PORT` or `[IPV6]:PORT`. A host name is looked up
/// once, in the ordinary way.
struct ServerAddress: Equatable, Sendable, CustomStringConvertible {
    /// `AF_INET` or `AF_INET6`.
    let family: Int32
    /// A `sockaddr` of that family, as the system calls take it.
    let socketAddress: [UInt8]
    let description: String

    /// The reason why a text is not the address of a server.
    struct Fault: Error, Equatable {
        let reason: String
    }

    init(_ text: String) throws(Fault) {
        guard let (host, port) = ServerAddress.parts(of: text) else {
            throw Fault(
                reason: "write HOST, HOST:PORT or [IPV6]:PORT, such as 192.0.2.1 or "
                    + "[2001:db8::1]:5353")
        }
        description = text
        // A numeric address is used as it is; of a name, only addresses that this machine can
        // reach.
        do {
            (family, socketAddress) = try ServerAddress.lookUp(host, port, flags: AI_NUMERICHOST)
        } catch {
            (family, socketAddress) = try ServerAddress.lookUp(host, port, flags: AI_ADDRCONFIG)
        }
    }

    /// A server of resolv.conf; nil for a family that is not known.
    init?(_ storage: sockaddr_storage) {
        family = Int32(storage.ss_family)
        let size: Int
        switch family {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        socketAddress = withUnsafeBytes(of: storage) { Array($0.prefix(size)) }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = ServerAddress.withSockaddr(socketAddress) {
            getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        }
        guard status == 0 else { return nil }
        description = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The host, and the port in digits; nil where the text has another form.
    private static func parts(of text: String) -> (host: String, port: String)? {
        var host = text[...]
        var port = "53"
        if host.first == "[", let end = host.firstIndex(of: "]") {
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            if !rest.isEmpty { port = String(rest.dropFirst()) }
        } else if host.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1,
            let colon = host.firstIndex(of: ":")
        {
            port = String(host[host.index(after: colon)...])
            host = host[..<colon]
        }
        guard !host.isEmpty, let number = UInt16(port), number > 0 else { return nil }
        return (String(host), "\(number)")
    }

    private static func lookUp(
        _ host: String, _ port: String, flags: Int32
    ) throws(Fault) -> (family: Int32, socketAddress: [UInt8]) {
        var hints = addrinfo()
        hints.ai_flags = flags | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, port, &hints, &list)
        guard status == 0, let first = list?.pointee else {
            throw Fault(
                reason: "there is no address of \(host) (\(String(cString: gai_strerror(status))))")
        }
        defer { freeaddrinfo(list) }
        return (
            first.ai_family,
            Array(UnsafeRawBufferPointer(start: first.ai_addr, count: Int(first.ai_addrlen)))
        )
    }
}

extension ServerAddress {
    /// - Throws: `ValidationError`, which ArgumentParser shows with the option's name.
    static func argument(_ text: String) throws -> ServerAddress {
        do {
            return try ServerAddress(text)
        } catch {
            throw ValidationError("\(error.reason).")
        }
    }
}

extension ServerAddress {
    /// Passes the address in the form of the system calls.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        ServerAddress.withSockaddr(socketAddress, body)
    }

    private static func withSockaddr<Result>(
        _ bytes: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(bytes.count))
            }
        }
    }
}
