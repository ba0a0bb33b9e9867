#if canImport(Glibc)
    internal import Glibc
#endif

/// How does X-Ray hear of it? A datagram to the daemon beside the sandbox; it may get lost, and
/// nothing waits for it
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html).
package final class Tracer {
    private let address: sockaddr_in?
    /// Opened with the first document: nothing is done before the first event.
    private var socketDescriptor: Int32 = -1

    /// - Parameter daemonAddress: `ip:port`, or `tcp:ip:port udp:ip:port`; nil traces nothing.
    package init(daemonAddress: String?) {
        address = daemonAddress.flatMap(Tracer.parse)
    }

    deinit {
        if socketDescriptor >= 0 { close(socketDescriptor) }
    }

    package func send(_ subsegment: Subsegment, in trace: TraceHeader?) {
        guard var address, let document = trace.flatMap(subsegment.document) else { return }
        if socketDescriptor < 0 {
            socketDescriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        }
        let datagram = Array("{\"format\":\"json\",\"version\":1}\n\(document)".utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    socketDescriptor, datagram, datagram.count, Int32(MSG_DONTWAIT), $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    static func parse(_ text: String) -> sockaddr_in? {
        let candidates = text.split(separator: " ")
        let udp = candidates.first { $0.hasPrefix("udp:") }?.dropFirst(4) ?? candidates.first
        guard let udp, let colon = udp.lastIndex(of: ":"),
            let port = UInt16(udp[udp.index(after: colon)...])
        else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, String(udp[..<colon]), &address.sin_addr) == 1 else { return nil }
        return address
    }
}
