import Lambda
import Logging
import Process
import TestSupport
import Testing

struct OutcomeLineTests {
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
}
