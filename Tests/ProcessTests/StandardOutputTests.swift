import Foundation
import Process
import TestSupport
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

    @Test("Without a reader nothing is written, and nothing fails")
    func noReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try PacketSockets()
        close(pipe.readEnd)
        StandardOutput(descriptor: pipe.writeEnd).write(line: "a")
    }
}
