internal import ArgumentParser
internal import CResolv

#if canImport(Glibc)
    internal import Glibc
#endif

/// Where does a DNS server listen? `HOST`, `HOST:PORT` or `[IPV6]:PORT`; a name is looked up once,
/// in the ordinary way.
struct ServerAddress: Equatable, Sendable, CustomStringConvertible {
    /// 4 or 16, as on the wire.
    let bytes: [UInt8]
    let port: UInt16
    let description: String

    /// nil where it is no address, or the name is unknown.
    init?(_ text: String) {
        var host = text[...]
        var port: UInt16 = 53
        if host.first == "[", let end = host.firstIndex(of: "]") {
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            if !rest.isEmpty {
                guard let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
                port = number
            }
        } else if host.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1,
            let colon = host.firstIndex(of: ":")
        {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else {
                return nil
            }
            port = number
            host = host[..<colon]
        }
        guard !host.isEmpty, let bytes = ServerAddress.lookUp(String(host)) else { return nil }
        self.bytes = bytes
        self.port = port
        description = text
    }

    private static func lookUp(_ host: String) -> [UInt8]? {
        // An address as it stands; of a name only addresses that this machine can reach.
        lookUp(host, flags: AI_NUMERICHOST) ?? lookUp(host, flags: AI_ADDRCONFIG)
    }

    private static func lookUp(_ host: String, flags: Int32) -> [UInt8]? {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(list) }
        let address = UnsafeRawPointer(first.pointee.ai_addr)
        switch first.pointee.ai_family {
        case AF_INET:
            return address.map {
                withUnsafeBytes(of: $0.load(as: sockaddr_in.self).sin_addr, Array.init)
            }
        case AF_INET6:
            return address.map {
                withUnsafeBytes(of: $0.load(as: sockaddr_in6.self).sin6_addr, Array.init)
            }
        default: return nil
        }
    }
}

extension ServerAddress: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
