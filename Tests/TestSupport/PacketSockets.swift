internal import Foundation

/// Two sockets that keep apart what was written apart (socketpair(2), `SOCK_SEQPACKET`).
package struct PacketSockets {
    package let readEnd: Int32
    package let writeEnd: Int32

    package init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else {
            throw CocoaError(.fileReadUnknown)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    /// Everything that was written; closes the writing end.
    package func packets() -> [String] {
        close(writeEnd)
        var packets: [String] = []
        var packet = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(readEnd, &packet, packet.count)
            guard count > 0 else { break }
            packets.append(String(decoding: packet[..<count], as: UTF8.self))
        }
        close(readEnd)
        return packets
    }
}
