internal import ArgumentParser
internal import Process

/// The address of a DNS server: `HOST`, `HOST:PORT` or `[IPV6]:PORT`. A host name is looked up
/// once, in the ordinary way.
struct ServerAddress: Equatable, Sendable, CustomStringConvertible {
    let socketAddress: SocketAddress
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
        do throws(SocketAddress.LookUpError) {
            socketAddress = try ServerAddress.lookUp(host, port)
        } catch {
            throw Fault(reason: "there is no address of \(host) (\(error.reason))")
        }
    }

    /// A numeric address as it is; of a name, only an address that this machine can reach.
    private static func lookUp(
        _ host: String, _ port: UInt16
    ) throws(SocketAddress.LookUpError) -> SocketAddress {
        do {
            return try SocketAddress(host: host, port: port, .numeric)
        } catch {
            return try SocketAddress(host: host, port: port, .reachable)
        }
    }

    /// A server of resolv.conf; nil for a family that is not known.
    /// - Parameter storage: a `sockaddr_storage`.
    init?(_ storage: UnsafeRawBufferPointer) {
        guard let address = SocketAddress(storage: storage), let host = address.numericHost else {
            return nil
        }
        socketAddress = address
        description = host
    }

    /// Nil if the text has another form.
    private static func parts(of text: String) -> (host: String, port: UInt16)? {
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
        return (String(host), number)
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
