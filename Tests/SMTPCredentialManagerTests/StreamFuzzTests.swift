import FunctionTestSupport
import JSON
import Lambda
import SMTPCredentials
import TestSupport
import Testing

@testable import smtp_credential_manager

struct StreamFuzzTests {
    @Test("No record traps, and an answer names a record that is in the event")
    func mutated() throws {
        let seed: UInt64 = 20_250_118
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let trouble = Array(#"{}[]",:\u0#eE+-.9 "#.utf8) + [0x00, 0x0A, 0x7F, 0xC3, 0xFF]
        let sortKeys = ["USER#john", "RETIRE#john#AKIA1", "USER#", "RETIRE##", "USER#a\r\n"]
        for _ in 0..<6000 {
            var sortKey = sortKeys.randomElement(using: &random) ?? ""
            if Bool.random(using: &random) {
                sortKey += random.hostileText(maximumScalars: 6)
            }
            var event = SampleChange.event(
                SampleChange.record(
                    sortKey, sequenceNumber: "1", oldUser: random.hostileText(),
                    time: time(&random)),
                SampleChange.record(sequenceNumber: "2"))
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let index = Int.random(in: 0..<event.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: event[index] = trouble.randomElement(using: &random) ?? 0
                case 1: event.insert(trouble.randomElement(using: &random) ?? 0, at: index)
                case 2: event.remove(at: index)
                default: event.swapAt(index, Int.random(in: 0..<event.count, using: &random))
                }
            }
            try handle(event)
        }
    }

    private func time(_ random: inout SeededGenerator) -> JSONValue {
        let times = [
            "1700000000", "1.7e9", "0", "-0", "-1", "1e400", "-1e400", "9223372036854775807",
            "-9223372036854775808", "0.5", "9999999999", "10000000000", "1E-400",
        ]
        return .number(times.randomElement(using: &random) ?? "0")
    }

    private func handle(_ event: [UInt8]) throws {
        let world = ManagerWorld()
        let output = CapturedOutput()
        do {
            let failures = try world.handler(output).failures(event, output)
            #expect(failures.count <= 1)
            let text = String(decoding: event, as: UTF8.self)
            for failure in failures {
                #expect(!failure.isEmpty)
                // A number that was written with an escape is named by what it says.
                #expect(text.contains(failure) || text.contains("\\"), "\(text)")
            }
        } catch is BadEvent {
            return
        }
    }
}
