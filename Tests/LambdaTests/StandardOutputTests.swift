import Foundation
import Lambda
import Logging
import Testing

struct StandardOutputTests {
    @Test("A line is one write, and lines that belong together are one, too")
    func writes() throws {
        let pipe = try PacketSockets()
        let output = StandardOutput(descriptor: pipe.writeEnd)
        output.write(line: "a")
        output.inOneWrite {
            output.write(line: "b")
            output.write(line: "c")
        }
        output.inOneWrite {}
        output.write(line: "d")
        #expect(pipe.packets() == ["a\n", "b\nc\n", "d\n"])
    }

    @Test("A log line and its count leave in one write, and a count alone in another")
    func lineAndCount() throws {
        let pipe = try PacketSockets()
        let output = StandardOutput(descriptor: pipe.writeEnd)
        let logger = Logger(label: "test") { _ in
            JSONLogHandler(function: "test", level: .info, write: output.write)
        }
        let metrics = Metrics(namespace: "n", output: output)
        metrics.count(["Done": 1]) { logger.info("it is done") }
        metrics.count(["Done": 0]) { logger.debug("nobody sees this") }
        let packets = pipe.packets().map { $0.split(separator: "\n") }
        try #require(packets.map(\.count) == [2, 1])
        #expect(packets[0][0].contains("it is done") && packets[0][1].contains(#""Done":1"#))
        #expect(packets[1][0].contains(#""Done":0"#))
    }

    @Test("Without a reader nothing is written, and nothing fails")
    func noReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try PacketSockets()
        close(pipe.readEnd)
        StandardOutput(descriptor: pipe.writeEnd).write(line: "a")
    }
}

/// Two sockets that keep apart what was written apart (socketpair(2), `SOCK_SEQPACKET`).
private struct PacketSockets {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else {
            throw CocoaError(.fileReadUnknown)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    /// Everything that was written; closes the writing end.
    func packets() -> [String] {
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
