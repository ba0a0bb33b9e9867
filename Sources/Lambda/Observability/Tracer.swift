internal import Process

/// The way to X-Ray: a datagram to the daemon beside the sandbox. It may get lost, and nothing
/// waits for it (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html).
package final class Tracer {
    private let daemon: DatagramSocket?

    /// - Parameter daemonAddress: `ip:port`, or `tcp:ip:port udp:ip:port`; nil traces nothing.
    package init(daemonAddress: String?) {
        daemon = daemonAddress.flatMap(Tracer.daemon)
    }

    package func send(_ subsegment: Subsegment, in trace: TraceHeader?) {
        guard let daemon, let document = trace.flatMap(subsegment.document) else { return }
        daemon.send(Array("{\"format\":\"json\",\"version\":1}\n\(document)".utf8))
    }

    static func daemon(_ address: String) -> DatagramSocket? {
        let candidates = address.split(separator: " ")
        let udp = candidates.first { $0.hasPrefix("udp:") }?.dropFirst(4) ?? candidates.first
        guard let udp, let colon = udp.lastIndex(of: ":"),
            let port = UInt16(udp[udp.index(after: colon)...])
        else { return nil }
        return DatagramSocket(host: String(udp[..<colon]), port: port)
    }
}
