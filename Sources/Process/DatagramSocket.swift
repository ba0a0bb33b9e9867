internal import Glibc

/// A UDP socket that sends to one address. What cannot be sent at once is lost.
package final class DatagramSocket {
    package let host: String
    package let port: UInt16
    private let address: sockaddr_in
    /// Opened with the first datagram: nothing is done before the first event.
    private var descriptor: Int32 = -1

    /// Nil if the host is no IPv4 address.
    package init?(host: String, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        self.address = address
        self.host = host
        self.port = port
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    package func send(_ datagram: [UInt8]) {
        if descriptor < 0 {
            descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        }
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, datagram, datagram.count, Int32(MSG_DONTWAIT), $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
